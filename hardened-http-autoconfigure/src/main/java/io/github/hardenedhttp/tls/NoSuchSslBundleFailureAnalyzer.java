package io.github.hardenedhttp.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.NoSuchSslBundleException;

/**
 * Says where a bundle that was named can be defined. Boot has only the exception.
 */
final class NoSuchSslBundleFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchSslBundleException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoSuchSslBundleException cause) {
		String name = cause.getBundleName();
		return new FailureAnalysis("There is no SSL bundle '%s'.".formatted(name),
				"Define it with 'spring.ssl.bundle.pem.%s.*' or 'spring.ssl.bundle.jks.%s.*', or name one that exists."
					.formatted(name, name),
				cause);
	}

}
