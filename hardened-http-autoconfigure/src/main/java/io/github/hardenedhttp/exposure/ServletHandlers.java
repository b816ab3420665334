package io.github.hardenedhttp.exposure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.exposure.ExposedHandler.Kind;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;

/**
 * Servlets and filters.
 */
final class ServletHandlers implements HandlerSource {

	private final ServletContext servletContext;

	ServletHandlers(ServletContext servletContext) {
		this.servletContext = servletContext;
	}

	@Override
	public Stream<ExposedHandler> handlers(HandlerOrigins origins) {
		Stream<ExposedHandler> servlets = this.servletContext.getServletRegistrations()
			.values()
			.stream()
			.filter((servlet) -> origins.isForeign(servlet.getClassName()))
			.map((servlet) -> servlet(origins, servlet));
		Stream<ExposedHandler> filters = this.servletContext.getFilterRegistrations()
			.values()
			.stream()
			.filter((filter) -> origins.isForeign(filter.getClassName()))
			.map((filter) -> filter(origins, filter));
		return Stream.concat(servlets, filters);
	}

	private static ExposedHandler servlet(HandlerOrigins origins, ServletRegistration servlet) {
		return origins.handler(Kind.SERVLET, servlet.getClassName(), List.copyOf(servlet.getMappings()));
	}

	private static ExposedHandler filter(HandlerOrigins origins, FilterRegistration filter) {
		List<String> paths = new ArrayList<>(filter.getUrlPatternMappings());
		filter.getServletNameMappings().forEach((servlet) -> paths.add("servlet '%s'".formatted(servlet)));
		return origins.handler(Kind.FILTER, filter.getClassName(), paths);
	}

}
