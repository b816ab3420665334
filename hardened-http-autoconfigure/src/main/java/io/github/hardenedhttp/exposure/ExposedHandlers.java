package io.github.hardenedhttp.exposure;

import java.util.Comparator;
import java.util.List;

/**
 * Everything that answers on the public port and is not of the application: what Go's
 * {@code DefaultServeMux} was for {@code pprof}, servlets, filters and controllers are
 * for H2's console, DevTools or Spring Boot Admin. Each call looks anew. Handlers inside
 * of other handlers, such as what a servlet of a library serves, are not seen.
 */
public final class ExposedHandlers {

	private final List<HandlerSource> sources;

	private final HandlerOrigins origins;

	ExposedHandlers(List<HandlerSource> sources, HandlerOrigins origins) {
		this.sources = List.copyOf(sources);
		this.origins = origins;
	}

	/**
	 * The handlers there are now. Before the context is refreshed some are missing.
	 * @return the handlers, by kind
	 */
	public List<ExposedHandler> list() {
		return this.sources.stream()
			.flatMap((source) -> source.handlers(this.origins))
			.sorted(Comparator.comparing(ExposedHandler::kind).thenComparing(ExposedHandler::name))
			.toList();
	}

}
