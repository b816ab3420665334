package io.github.hardenedhttp.undertow;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.undertow.server.HandlerWrapper;
import io.undertow.server.HttpHandler;

/**
 * All {@link RequestHandler}s as one wrapper, in the order of {@link HandlerOrder}.
 */
final class RequestHandlers implements HandlerWrapper {

	private final List<RequestHandler> innermostFirst;

	RequestHandlers(Stream<RequestHandler> handlers) {
		this.innermostFirst = handlers.sorted(Comparator.reverseOrder()).toList();
	}

	@Override
	public HttpHandler wrap(HttpHandler application) {
		HttpHandler outermost = application;
		for (RequestHandler handler : this.innermostFirst) {
			outermost = handler.wrap(outermost);
		}
		return outermost;
	}

}
