package io.github.hardenedhttp;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says where the property stands and what was probably meant.
 */
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnknownPropertyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownPropertyException cause) {
		String where = (cause.getOrigin() != null) ? " (originating from " + cause.getOrigin() + ")" : "";
		String action = (cause.getSuggestion() != null) ? "Did you mean '%s'?".formatted(cause.getSuggestion())
				: "Remove it; docs/reference/configuration.md has all properties.";
		return new FailureAnalysis("There is no configuration property '%s'%s.".formatted(cause.getName(), where),
				action, cause);
	}

}
