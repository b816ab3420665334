package io.github.hardenedhttp.sample;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A browser that starts at plain HTTP.
 */
class ChromiumIT {

	// Chromium's helpers may still write into it while it is being deleted.
	@TempDir(cleanup = CleanupMode.NEVER)
	private Path profile;

	@Test
	void theBrowserIsRedirectedAndShowsThePage() {
		Tool chromium = Tool.find("chromium", "chromium-browser", "google-chrome");
		try (RunningSample sample = RunningSample.start()) {
			Tool.Result result = chromium.run(Duration.ofSeconds(90), "--headless", "--no-sandbox", "--disable-gpu",
					"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
					"--disable-sync", "--user-data-dir=" + this.profile, "--ignore-certificate-errors", "--dump-dom",
					"http://localhost:" + sample.redirectPort() + "/hello");
			assertThat(result.output()).contains(">hello</pre>");
		}
	}

}
