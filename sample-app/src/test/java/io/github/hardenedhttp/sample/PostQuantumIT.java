package io.github.hardenedhttp.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A browser whose key exchange is safe against a quantum computer, as it is by default.
 */
class PostQuantumIT {

	private static final String HANDSHAKES = "hardened_tls_handshakes_total{";

	// Chromium's helpers may still write into it while it is being deleted.
	@TempDir(cleanup = CleanupMode.NEVER)
	private Path profile;

	@Test
	void theBrowserAgreesOnThePostQuantumGroup() {
		Tool chromium = Tool.find("chromium", "chromium-browser", "google-chrome");
		try (RunningSample sample = RunningSample.startWithConscrypt(List.of())) {
			Tool.Result result = chromium.run(Duration.ofSeconds(90), "--headless", "--no-sandbox", "--disable-gpu",
					"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
					"--disable-sync", "--user-data-dir=" + this.profile, "--ignore-certificate-errors", "--dump-dom",
					"https://localhost:" + sample.httpsPort() + "/hello");
			assertThat(result.output()).contains(">hello</pre>");
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(successes(sample)).isNotEmpty()
					.allMatch((line) -> line.contains("group=\"X25519MLKEM768\"")));
		}
	}

	private static List<String> successes(RunningSample sample) {
		Tool.Result metrics = Tool.find("curl")
			.run(Duration.ofSeconds(30), "-sS", "http://127.0.0.1:" + sample.managementPort() + "/actuator/prometheus");
		return metrics.output()
			.lines()
			.filter((line) -> line.startsWith(HANDSHAKES) && line.contains("result=\"success\""))
			.toList();
	}

}
