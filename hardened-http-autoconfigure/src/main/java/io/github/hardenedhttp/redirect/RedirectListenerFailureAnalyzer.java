package io.github.hardenedhttp.redirect;

import java.net.SocketException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;

/**
 * Says why nobody listens on the redirect's port. A port that needs a permission is left
 * to whoever knows of permissions.
 */
final class RedirectListenerFailureAnalyzer extends AbstractFailureAnalyzer<RedirectListenerException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, RedirectListenerException cause) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(cause);
		if (root instanceof SocketException && "Permission denied".equals(root.getMessage())) {
			return null;
		}
		return new FailureAnalysis(
				"Plain HTTP cannot be redirected on port %d: %s.".formatted(cause.getPort(), root.getMessage()),
				"Set 'hardened.redirect.port' to another port, 'server.address' to an address of this machine, or 'hardened.redirect.enabled' to false.",
				cause);
	}

}
