package io.github.hardenedhttp.undertow;

import io.undertow.server.HandlerWrapper;
import io.undertow.server.HttpHandler;

/**
 * A room's part in the handling of every request, for servlet and WebFlux applications
 * alike. Beans of this type are put around the application in the order of
 * {@link HandlerOrder}.
 *
 * @param place where in the list the handler stands
 * @param wrapper makes the handler, given the next one. The handler runs on the I/O
 * thread, before the request takes a worker, and must not block
 */
public record RequestHandler(HandlerOrder place, HandlerWrapper wrapper) implements Comparable<RequestHandler> {

	@Override
	public int compareTo(RequestHandler other) {
		return this.place.compareTo(other.place);
	}

	HttpHandler wrap(HttpHandler next) {
		return this.wrapper.wrap(next);
	}

}
