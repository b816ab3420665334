package io.github.hardenedhttp.certificate;

import java.time.Duration;
import java.time.Instant;

import io.github.hardenedhttp.certificate.ExpiryThresholds.Level;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CertificateLifetimeTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	@ParameterizedTest
	@CsvSource(textBlock = """
			90, -1, 1,    NONE
			90,  0, 1,    NONE
			90, 45, 0.5,  NONE
			90, 60, 0.33, WARN
			90, 80, 0.11, WARN
			90, 81, 0.1,  FAIL
			90, 90, 0,    FAIL
			90, 91, 0,    FAIL
			6,   3, 0.5,  NONE
			6,   5, 0.17, WARN
			""")
	void whatIsLeftIsAPartOfTheWhole(int days, int age, double remaining, Level level) {
		CertificateLifetime lifetime = new CertificateLifetime(START, START.plus(Duration.ofDays(days)));
		double actual = lifetime.remaining(START.plus(Duration.ofDays(age)));
		assertThat(Math.round(actual * 100) / 100.0).isEqualTo(remaining);
		assertThat(new ExpiryThresholds(1 / 3.0, 0.1).of(actual)).isEqualTo(level);
	}

}
