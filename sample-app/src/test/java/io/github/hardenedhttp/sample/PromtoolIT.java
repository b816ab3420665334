package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of the jar, held to what Prometheus itself says of them.
 */
class PromtoolIT {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@TempDir
	private Path directory;

	private Path rules;

	private Path tests;

	private String wanted;

	@BeforeEach
	void write() throws IOException {
		try (InputStream in = getClass().getResourceAsStream("/operations/prometheus-rules-test.yml")) {
			this.wanted = new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		this.rules = Files.writeString(this.directory.resolve("prometheus-rules.yml"), OpsPack.rules());
		this.tests = Files.writeString(this.directory.resolve("prometheus-rules-test.yml"), this.wanted);
	}

	@Test
	void theRulesAreRules() {
		Tool.Result result = Tool.find("promtool").run(LIMIT, "check", "rules", this.rules.toString());
		assertThat(result.exitValue()).as(result::toString).isZero();
		assertThat(result.output()).contains("SUCCESS");
	}

	@Test
	void eachAlertFiresWhenItShouldAndNotWhenItShouldNot() {
		Tool.Result result = Tool.find("promtool").run(LIMIT, "test", "rules", this.tests.toString());
		assertThat(result.exitValue()).as(result::toString).isZero();
	}

	@Test
	void noAlertIsWithoutATestOfBoth() {
		assertThat(OpsPack.alerts()).isNotEmpty().allSatisfy((alert) -> {
			assertThat(this.wanted).containsPattern("alertname: " + alert + "\\}");
			assertThat(this.wanted).containsPattern("alertname: " + alert + "(\\n +|, )exp_alerts:");
		});
	}

}
