package io.github.hardenedhttp.exposure;

import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.exposure.ExposedHandler.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.ExposableEndpoint;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.env.Environment;

/**
 * The actuator endpoints that answer on the public port: all that are exposed over the
 * web, of whatever kind, unless they have a port of their own. Whoever asks has the beans
 * made that are endpoints.
 */
final class PublicEndpoints implements HandlerSource {

	static final String HEALTH = "health";

	private final ObjectProvider<PathMappedEndpoints> endpoints;

	private final Environment environment;

	PublicEndpoints(ObjectProvider<PathMappedEndpoints> endpoints, Environment environment) {
		this.endpoints = endpoints;
		this.environment = environment;
	}

	/**
	 * The endpoints other than health.
	 * @return their identifiers, in order
	 */
	List<String> sensitive() {
		return identifiers().filter((id) -> !id.equals(HEALTH)).toList();
	}

	@Override
	public Stream<ExposedHandler> handlers(HandlerOrigins origins) {
		return answering().map((endpoint) -> {
			String path = this.endpoints.getObject().getPath(endpoint.getEndpointId());
			DangerousEndpoint danger = DangerousEndpoint.of(identifier(endpoint));
			return new ExposedHandler(Kind.ENDPOINT, identifier(endpoint), paths(path),
					(danger != null) ? danger.harm() : null);
		});
	}

	private Stream<String> identifiers() {
		return answering().map(PublicEndpoints::identifier).sorted();
	}

	private Stream<ExposableEndpoint<?>> answering() {
		if (ManagementPortType.get(this.environment) != ManagementPortType.SAME) {
			return Stream.empty();
		}
		return this.endpoints.getObject()
			.stream()
			.filter((endpoint) -> !(endpoint instanceof ExposableWebEndpoint web) || !web.getOperations().isEmpty())
			.filter(ExposableEndpoint.class::isInstance)
			.map((endpoint) -> (ExposableEndpoint<?>) endpoint);
	}

	private static String identifier(ExposableEndpoint<?> endpoint) {
		return endpoint.getEndpointId().toLowerCaseString();
	}

	private static List<String> paths(@Nullable String path) {
		return (path != null) ? List.of(path) : List.of();
	}

}
