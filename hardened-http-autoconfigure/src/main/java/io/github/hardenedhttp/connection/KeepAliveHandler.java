package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.LastResponse;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;

/**
 * Tells a client whose connection is not kept alive: with HTTP/1.1 in the response
 * ({@code Connection: close}), with HTTP/2 at once (GOAWAY), and the connection ends when
 * no stream is open, see {@link KeepAlive}.
 */
final class KeepAliveHandler implements HttpHandler {

	private static final String CLOSE = "close";

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
		if (connection != null && this.guard.mode() == GuardMode.ENFORCE) {
			CloseReason reason = this.keepAlive.endsAfterRequest(connection, this.guard.now());
			if (reason != null) {
				endsAfter(exchange, connection, reason);
			}
			else if (asksToClose(exchange)) {
				announceLast(exchange);
			}
		}
		this.next.handleRequest(exchange);
	}

	private static void endsAfter(HttpServerExchange exchange, GuardedConnection connection, CloseReason reason) {
		if (connection.isMultiplexed()) {
			connection.announceEnd();
		}
		else {
			connection.endsBecause(reason);
			announceLast(exchange);
		}
	}

	/**
	 * Undertow sees {@code close} only where nothing else is said
	 * ({@code HttpTransferEncoding#persistentConnection}).
	 */
	private static boolean asksToClose(HttpServerExchange exchange) {
		HeaderValues fields = exchange.getRequestHeaders().get(Headers.CONNECTION);
		if (fields == null || !exchange.isPersistent()) {
			return false;
		}
		for (int at = 0; at < fields.size(); at++) {
			if (hasClose(fields.get(at))) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasClose(String options) {
		int start = 0;
		for (int comma = options.indexOf(','); comma >= 0; comma = options.indexOf(',', start)) {
			if (CLOSE.equalsIgnoreCase(options.substring(start, comma).strip())) {
				return true;
			}
			start = comma + 1;
		}
		return CLOSE.equalsIgnoreCase(options.substring(start).strip());
	}

	private static void announceLast(HttpServerExchange exchange) {
		exchange.addResponseWrapper((factory, sameExchange) -> {
			LastResponse.announce(sameExchange);
			return factory.create();
		});
	}

}
