package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/**
 * Answers requests whose target is no path with 400: {@code OPTIONS *}, and in HTTP/2 a
 * {@code :path} without its slash (RFC 9113, section 8.3.1). The servlet container throws
 * when it meets one ({@code ServletPathMatches}).
 */
final class RequestPathHandler implements HttpHandler {

	private final Guard guard;

	private final HttpHandler next;

	RequestPathHandler(Guard guard, HttpHandler next) {
		this.guard = guard;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		if (exchange.getRequestPath().startsWith("/") || !rejects(exchange)) {
			this.next.handleRequest(exchange);
		}
		else {
			exchange.setStatusCode(StatusCodes.BAD_REQUEST);
			exchange.endExchange();
		}
	}

	private boolean rejects(HttpServerExchange exchange) {
		GuardedConnection connection = this.guard.find(exchange.getConnection());
		return connection == null || connection.rejectsRequest(CloseReason.BAD_REQUEST);
	}

}
