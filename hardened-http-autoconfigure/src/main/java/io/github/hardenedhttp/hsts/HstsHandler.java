package io.github.hardenedhttp.hsts;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/**
 * Adds the Strict-Transport-Security header to every response that goes out over TLS and
 * does not have one.
 * <p>
 * It does so at the last moment, when the response is committed: an application that
 * resets its response to send an error does not lose the header, and one that sets its
 * own (Spring Security does) keeps its own.
 * <p>
 * A browser must ignore the header over plain HTTP (RFC 6797, section 8.1), and a server
 * must not send it there (section 7.2). Whether it is TLS is asked of the connection, not
 * of the exchange: {@link HttpServerExchange#isSecure()} repeats what the request claims,
 * in {@code X-Forwarded-Proto} or in the {@code :scheme} of HTTP/2.
 */
final class HstsHandler implements HttpHandler {

	private final String headerValue;

	private final HttpHandler next;

	HstsHandler(HstsPolicy policy, HttpHandler next) {
		this.headerValue = policy.headerValue();
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		if (exchange.getConnection().getSslSessionInfo() != null) {
			exchange.addResponseCommitListener(this::addHeader);
		}
		this.next.handleRequest(exchange);
	}

	private void addHeader(HttpServerExchange exchange) {
		if (!exchange.getResponseHeaders().contains(Headers.STRICT_TRANSPORT_SECURITY)) {
			exchange.getResponseHeaders().put(Headers.STRICT_TRANSPORT_SECURITY, this.headerValue);
		}
	}

}
