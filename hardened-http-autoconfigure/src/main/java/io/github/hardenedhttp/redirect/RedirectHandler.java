package io.github.hardenedhttp.redirect;

import java.util.List;

import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Answers every request with a redirect or, if its host is not one of ours or cannot be
 * known, with 400. Either way the connection is closed; a request body is not read. Runs
 * on the I/O thread.
 */
final class RedirectHandler implements HttpHandler {

	private final AllowedHosts allowedHosts;

	private final int status;

	private final int httpsPort;

	RedirectHandler(AllowedHosts allowedHosts, int status, int httpsPort) {
		this.allowedHosts = allowedHosts;
		this.status = status;
		this.httpsPort = httpsPort;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) {
		RedirectTarget target = target(exchange);
		if (target != null && this.allowedHosts.contains(target.host().text())) {
			exchange.setStatusCode(this.status);
			exchange.getResponseHeaders().put(Headers.LOCATION, target.location(this.httpsPort));
		}
		else {
			exchange.setStatusCode(StatusCodes.BAD_REQUEST);
		}
		exchange.setResponseContentLength(0);
		exchange.setPersistent(false);
		// Otherwise endExchange() waits for the whole body, or, if that is chunked,
		// closes
		// the connection without an answer.
		Connectors.terminateRequest(exchange);
		exchange.endExchange();
	}

	private static @Nullable RedirectTarget target(HttpServerExchange exchange) {
		if (exchange.getRequestMethod().equals(Methods.CONNECT)) {
			return null;
		}
		HeaderValues hosts = exchange.getRequestHeaders().get(Headers.HOST);
		return RedirectTarget.of((hosts != null) ? hosts : List.of(), requestTarget(exchange));
	}

	/**
	 * With {@code DECODE_URL} off both parts are what was sent.
	 */
	private static String requestTarget(HttpServerExchange exchange) {
		String query = exchange.getQueryString();
		return query.isEmpty() ? exchange.getRequestURI() : exchange.getRequestURI() + "?" + query;
	}

}
