package io.github.hardenedhttp.certificate;

import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.undertow.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class CertificatePropertiesTests {

	@ParameterizedTest
	@CsvSource({ "33%, 10%, 0.33, 0.1", "100%, 0%, 1, 0", "50, 49.5, 0.5, 0.495" })
	void percentagesAreThresholds(String warnAt, String failAt, double warn, double fail) {
		assertThat(new CertificateProperties(false, Percentage.of(warnAt), Percentage.of(failAt)).toThresholds())
			.isEqualTo(new ExpiryThresholds(warn, fail));
	}

	@ParameterizedTest
	@CsvSource({ "warn-at-remaining, 101%", "warn-at-remaining, -1%", "fail-at-remaining, -0.1%",
			"fail-at-remaining, 100.5%" })
	void whatIsNoPartOfALifetimeStopsTheStart(String key, String value, CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "hardened.certificate." + key + "=" + value);
		assertThat(failure.description()).isEqualTo(
				"""
						Invalid value '%2$s' for configuration property 'hardened.certificate.%1$s' (originating from \
						'"hardened.certificate.%1$s" from property source "commandLineArgs"'). Validation failed for the following \
						reason:

						It is a part of the lifetime of a certificate. Set it from 0%% to 100%%."""
					.formatted(key, value));
	}

	@Test
	void aWarningAfterTheFailureStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "hardened.certificate.warn-at-remaining=10%");
		assertThat(failure.description()).endsWith(
				"The warning must come before the failure. Set it above 'hardened.certificate.fail-at-remaining', which is 10%.");
	}

}
