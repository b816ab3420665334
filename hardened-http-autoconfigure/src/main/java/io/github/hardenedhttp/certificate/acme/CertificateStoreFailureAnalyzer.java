package io.github.hardenedhttp.certificate.acme;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names the file, or the entry of another store, and what to do with it.
 */
final class CertificateStoreFailureAnalyzer extends AbstractFailureAnalyzer<CertificateStoreException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, CertificateStoreException cause) {
		return new FailureAnalysis(
				"The certificate store cannot be used. %s %s.".formatted(cause.entry(), cause.problem()),
				cause.action(), cause);
	}

}
