package io.github.hardenedhttp.exposure;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names what would be there for the asking, where somebody asked for it, and the three
 * ways out.
 */
final class ExposedEndpointsFailureAnalyzer extends AbstractFailureAnalyzer<ExposedEndpointsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ExposedEndpointsException cause) {
		return new FailureAnalysis(describe(cause),
				"""
						Choose one:
						- a port of their own, which only this machine reaches: set 'management.server.port' to 9090 and 'management.server.address' to 127.0.0.1
						- health alone: set '%s' to health
						- the public port all the same: set 'hardened.exposure.management' to allow; whoever reaches the port then reaches them, unless your security configuration asks who it is"""
					.formatted(ManagementExposureCheck.INCLUDE),
				cause);
	}

	static String describe(ExposedEndpointsException cause) {
		StringBuilder text = new StringBuilder("These actuator endpoints would answer anybody on the public port, as ")
			.append(cause.isSamePort() ? "'management.server.port' is the same as 'server.port'"
					: "'management.server.port' is not set")
			.append(": ")
			.append(String.join(", ", cause.getEndpoints()))
			.append('.');
		String dangers = Arrays.stream(DangerousEndpoint.values())
			.filter((endpoint) -> cause.getEndpoints().contains(endpoint.id()))
			.map((endpoint) -> "%s (%s)".formatted(endpoint.id(), endpoint.harm()))
			.collect(Collectors.joining(", "));
		if (!dangers.isEmpty()) {
			text.append("\nDangerous: ").append(dangers).append('.');
		}
		if (!cause.getExposure().isEmpty()) {
			text.append("\nThey are exposed by '%s', which is '%s'".formatted(ManagementExposureCheck.INCLUDE,
					cause.getExposure()));
			text.append((cause.getOrigin() != null) ? " (originating from %s).".formatted(cause.getOrigin()) : ".");
		}
		return text.toString();
	}

}
