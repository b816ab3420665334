package io.github.hardenedhttp.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells apart who was first: another value, or another handshake.
 */
final class NamedGroupsNotEffectiveFailureAnalyzer extends AbstractFailureAnalyzer<NamedGroupsNotEffectiveException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NamedGroupsNotEffectiveException cause) {
		String expected = cause.getExpected();
		if (!expected.equals(cause.getProperty())) {
			return new FailureAnalysis(
					"The system property 'jdk.tls.namedGroups' is '%s', but the TLS policy needs '%s'."
						.formatted(cause.getProperty(), expected),
					"Remove 'jdk.tls.namedGroups'; to choose other groups, set 'hardened.tls.named-groups'.", cause);
		}
		return new FailureAnalysis("""
				The key-exchange groups '%s' could not be set: something in this process used TLS before them.
				Java %d reads them once, at the first handshake.""".formatted(expected, Runtime.version().feature()),
				"Start Java with '-Djdk.tls.namedGroups=%s', or use Java 21 or newer, where each server has its own."
					.formatted(expected),
				cause);
	}

}
