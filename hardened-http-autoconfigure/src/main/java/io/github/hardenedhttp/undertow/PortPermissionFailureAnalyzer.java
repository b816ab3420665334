package io.github.hardenedhttp.undertow;

import java.net.SocketException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a port the process is not allowed to listen on: on Linux, one below 1024.
 */
final class PortPermissionFailureAnalyzer extends AbstractFailureAnalyzer<SocketException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SocketException cause) {
		if (!"Permission denied".equals(cause.getMessage())) {
			return null;
		}
		return new FailureAnalysis(
				"The server is not allowed to listen on one of its ports. Ports below 1024, such as 80 and 443, need a permission.",
				"""
						Give it to the process: with systemd 'AmbientCapabilities=CAP_NET_BIND_SERVICE'.
						Or choose other ports with 'server.port' and 'hardened.redirect.port'.""", cause);
	}

}
