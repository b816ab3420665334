package io.github.hardenedhttp.tls;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class NoCertificateFailureAnalyzerTests {

	@Test
	void everyWayOutIsShown() {
		FailureAnalysis analysis = new NoCertificateFailureAnalyzer().analyze(new NoCertificateException());
		assertThat(analysis.getDescription())
			.isEqualTo("The server has no certificate, and a hardened server speaks TLS.");
		assertThat(analysis.getAction()).isEqualTo(
				"""
						Choose one:
						- a certificate of your own: set 'server.ssl.bundle' to the name of an SSL bundle ('spring.ssl.bundle.pem.*')
						- one that gets and renews itself: set 'hardened.acme.enabled' to true, with 'hardened.acme.domains'
						- for development: set 'hardened.certificate.self-signed' to true
						- behind a balancer that terminates TLS: set 'hardened.tls.enabled' to false""");
	}

}
