package io.github.hardenedhttp.tls;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class UnusableCertificateFailureAnalyzerTests {

	@Test
	void theSourceAndTheProblemAreNamed() {
		FailureAnalysis analysis = new UnusableCertificateFailureAnalyzer()
			.analyze(new UnusableCertificateException("'server.ssl.*'", "its password is wrong", null));
		assertThat(analysis.getDescription())
			.isEqualTo("The certificate of 'server.ssl.*' cannot be served: its password is wrong.");
		assertThat(analysis.getAction()).isEqualTo(
				"Point 'server.ssl.*' to a readable private key and its certificate: ECDSA P-256 or P-384, or RSA with at least 2048 bits, signed with SHA-256 or better.");
	}

}
