package io.github.hardenedhttp.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows every way to a certificate, and the way to do without.
 */
final class NoCertificateFailureAnalyzer extends AbstractFailureAnalyzer<NoCertificateException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoCertificateException cause) {
		return new FailureAnalysis("The server has no certificate, and a hardened server speaks TLS.",
				"""
						Choose one:
						- a certificate of your own: set 'server.ssl.bundle' to the name of an SSL bundle ('spring.ssl.bundle.pem.*')
						- one that gets and renews itself: set 'hardened.acme.enabled' to true, with 'hardened.acme.domains'
						- for development: set 'hardened.certificate.self-signed' to true
						- behind a balancer that terminates TLS: set 'hardened.tls.enabled' to false""",
				cause);
	}

}
