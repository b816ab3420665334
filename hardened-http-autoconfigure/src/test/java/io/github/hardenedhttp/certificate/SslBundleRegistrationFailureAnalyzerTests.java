package io.github.hardenedhttp.certificate;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class SslBundleRegistrationFailureAnalyzerTests {

	@Test
	void theBundleAndTheReasonAreNamed() {
		FailureAnalysis analysis = new SslBundleRegistrationFailureAnalyzer().analyze(new IllegalStateException(
				"Unable to register SSL bundle 'web'", new IllegalStateException("a.pem does not exist")));
		assertThat(analysis.getDescription()).isEqualTo("The SSL bundle 'web' cannot be used: a.pem does not exist.");
		assertThat(analysis.getAction()).isEqualTo(
				"Correct the properties below 'spring.ssl.bundle.pem.web' or 'spring.ssl.bundle.jks.web': files must exist and be readable.");
	}

	@Test
	void otherFailuresAreLeftToOthers() {
		assertThat(new SslBundleRegistrationFailureAnalyzer().analyze(new IllegalStateException("other"))).isNull();
	}

}
