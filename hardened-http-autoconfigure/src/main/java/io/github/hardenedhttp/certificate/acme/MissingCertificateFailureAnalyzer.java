package io.github.hardenedhttp.certificate.acme;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what the authority said last, and how to start without waiting.
 */
final class MissingCertificateFailureAnalyzer extends AbstractFailureAnalyzer<MissingCertificateException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingCertificateException cause) {
		String problem = (cause.problem() != null) ? cause.problem() : "The first try had not come to an end.";
		return new FailureAnalysis(
				"There was no certificate '%s' for %s within %s, which is how long the start waits. %s"
					.formatted(cause.name(), cause.domains(), Readable.duration(cause.limit()), problem),
				"""
						Repair what is wrong and start again, or choose one:
						- to start at once with a placeholder, and to try again and again: set 'hardened.acme.wait-at-start' to false
						- to wait longer: set 'hardened.acme.wait-limit'""",
				cause);
	}

}
