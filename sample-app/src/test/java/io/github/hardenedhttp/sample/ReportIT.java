package io.github.hardenedhttp.sample;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The report, as an operator asks for it.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ReportIT {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private RunningSample sample;

	@BeforeAll
	void start() {
		this.sample = RunningSample.start(List.of("--hardened.timeout.idle=20m"));
	}

	@AfterAll
	void stop() {
		this.sample.close();
	}

	@Test
	void theTableIsInTheLog() {
		assertThat(this.sample.output()).contains("Hardening report: grade T")
			.containsPattern("\n {2}warn {2}timeout +WARN idle 20m; ")
			.containsPattern("\n {2}pass {2}management +port ");
	}

	@Test
	void theServerSaysWhatItNegotiates() {
		awaitSelfTest();
		// It waits two seconds for each answer, and looks again in ten minutes only.
		for (int again = 0; again < 2 && this.sample.output().contains("Not everything could be seen"); again++) {
			stop();
			start();
			awaitSelfTest();
		}
		assertThat(this.sample.output()).contains("Self-test: grade T; protocols TLSv1.2, TLSv1.3; ")
			.contains("redirect 308 to https://localhost:" + this.sample.httpsPort() + "/");
		// It is no client of its own.
		assertThat(curl("connections")).doesNotContain("handshake-failure");
	}

	@Test
	void theEndpointTellsOriginVerdictAndWhatToSet() {
		assertThat(curl("hardening")).contains("\"letter\":\"T\"")
			.contains("\"origin\":\"class path resource [application.yml] from sample-app.jar - ")
			.contains("\"fix\":\"Set 'hardened.timeout.idle' to 10m or less.\"");
	}

	@Test
	void theEndpointIsNotOnThePublicPort() {
		assertThat(Tool.find("curl")
			.run(LIMIT, "--insecure", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}",
					"https://localhost:%d/actuator/hardening".formatted(this.sample.httpsPort()))
			.output()).isEqualTo("404");
	}

	private void awaitSelfTest() {
		await().atMost(LIMIT).until(() -> this.sample.output().contains("Self-test: grade "));
	}

	private String curl(String endpoint) {
		return Tool.find("curl")
			.run(LIMIT, "--silent", "http://127.0.0.1:%d/actuator/%s".formatted(this.sample.managementPort(), endpoint))
			.output();
	}

}
