package io.github.hardenedhttp.timeout;

import io.undertow.server.HttpServerExchange;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;

/**
 * The deadlines of a WebFlux request.
 */
public final class ReactiveRequestDeadlines {

	private ReactiveRequestDeadlines() {
	}

	/**
	 * Finds the deadlines of a request, also behind the decorators filters put around it.
	 * A handler function has the exchange from {@code ServerRequest.exchange()}.
	 * @param exchange the exchange that is being handled
	 * @return its deadlines, or {@code null} if it has none: it was not received by a
	 * hardened server
	 */
	public static @Nullable RequestDeadlines of(ServerWebExchange exchange) {
		return (nativeRequest(exchange.getRequest()) instanceof HttpServerExchange undertow)
				? undertow.getAttachment(ExchangeDeadlines.KEY) : null;
	}

	private static @Nullable Object nativeRequest(ServerHttpRequest request) {
		try {
			return ServerHttpRequestDecorator.getNativeRequest(request);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// Somebody else's request, or a mock.
			return null;
		}
	}

}
