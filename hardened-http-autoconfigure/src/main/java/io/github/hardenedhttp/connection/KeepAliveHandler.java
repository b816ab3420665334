package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

/**
 * Tells an HTTP/1.1 client with the response that the connection ends
 * ({@code Connection: close}). HTTP/2 has no such word in a response; see
 * {@link KeepAlive}.
 */
final class KeepAliveHandler implements HttpHandler {

	private final Guard guard;

	private final KeepAlive keepAlive;

	private final HttpHandler next;

	KeepAliveHandler(Guard guard, KeepAlive keepAlive, HttpHandler next) {
		this.guard = guard;
		this.keepAlive = keepAlive;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		GuardedConnection connection = this.guard.find(exchange.getConnection());
		if (connection != null && !connection.isMultiplexed() && this.guard.mode() == GuardMode.ENFORCE) {
			CloseReason reason = this.keepAlive.endsAfterRequest(connection, this.guard.now());
			if (reason != null) {
				connection.endsBecause(reason);
				exchange.setPersistent(false);
			}
		}
		this.next.handleRequest(exchange);
	}

}
