package io.github.hardenedhttp.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names the bundle or the properties, and what a certificate must be.
 */
final class UnusableCertificateFailureAnalyzer extends AbstractFailureAnalyzer<UnusableCertificateException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusableCertificateException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Point %s to a readable private key and its certificate: ECDSA P-256 or P-384, or RSA with at least 2048 bits, signed with SHA-256 or better."
					.formatted(cause.getSource()),
				cause);
	}

}
