package io.github.hardenedhttp.tls;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.SSLSessionInfo;
import io.undertow.server.ServerConnection;

/**
 * Tells all handlers after it that the client has no certificate, where it was not asked
 * for one.
 */
final class AnonymousClientHandler implements HttpHandler {

	private final Guard guard;

	private final HttpHandler next;

	AnonymousClientHandler(Guard guard, HttpHandler next) {
		this.guard = guard;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		ServerConnection connection = exchange.getConnection();
		SSLSessionInfo session = connection.getSslSessionInfo();
		// A connection of HTTP/1.1 has it from its first request, one of HTTP/2 is new
		// with each. A session without TLS of this server's is what a header claims.
		if (session != null && session.getSSLSession() != null && !(session instanceof AnonymousClientSession)) {
			GuardedConnection guarded = this.guard.find(connection);
			if (guarded != null && guarded.isClientAnonymous()) {
				connection.setSslSessionInfo(new AnonymousClientSession(session));
			}
		}
		this.next.handleRequest(exchange);
	}

}
