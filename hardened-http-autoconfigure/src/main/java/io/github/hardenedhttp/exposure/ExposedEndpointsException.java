package io.github.hardenedhttp.exposure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;

/**
 * Thrown at start when actuator endpoints other than health would answer on the public
 * port.
 */
@SuppressWarnings("serial")
public class ExposedEndpointsException extends RuntimeException {

	private final List<String> endpoints;

	private final boolean samePort;

	private final String exposure;

	private final transient @Nullable Origin origin;

	ExposedEndpointsException(List<String> endpoints, boolean samePort, String exposure, @Nullable Origin origin) {
		super("Actuator endpoints would answer on the public port: " + String.join(", ", endpoints));
		this.endpoints = List.copyOf(endpoints);
		this.samePort = samePort;
		this.exposure = exposure;
		this.origin = origin;
	}

	List<String> getEndpoints() {
		return this.endpoints;
	}

	/**
	 * Whether a management port is set, but the same as that of the server.
	 * @return {@code false} if none is set
	 */
	boolean isSamePort() {
		return this.samePort;
	}

	/**
	 * What the endpoints to expose are set to.
	 * @return the values, separated by commas; empty if it is not set
	 */
	String getExposure() {
		return this.exposure;
	}

	@Nullable Origin getOrigin() {
		return this.origin;
	}

}
