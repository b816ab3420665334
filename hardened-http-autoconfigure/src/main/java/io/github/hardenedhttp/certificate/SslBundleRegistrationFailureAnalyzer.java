package io.github.hardenedhttp.certificate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;

/**
 * Explains a bundle that Boot could not register, most often because a file to be watched
 * does not exist. Boot throws a plain {@link IllegalStateException}
 * ({@code SslPropertiesBundleRegistrar}), so it is known by its message.
 */
final class SslBundleRegistrationFailureAnalyzer extends AbstractFailureAnalyzer<IllegalStateException> {

	private static final String MESSAGE = "Unable to register SSL bundle '";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, IllegalStateException cause) {
		String message = cause.getMessage();
		if (message == null || !message.startsWith(MESSAGE)) {
			return null;
		}
		String name = message.substring(MESSAGE.length(), message.length() - 1);
		String detail = NestedExceptionUtils.getMostSpecificCause(cause).getMessage();
		return new FailureAnalysis("The SSL bundle '%s' cannot be used: %s.".formatted(name, detail),
				"Correct the properties below 'spring.ssl.bundle.pem.%1$s' or 'spring.ssl.bundle.jks.%1$s': files must exist and be readable."
					.formatted(name),
				cause);
	}

}
