package io.github.hardenedhttp.redirect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.undertow.io.IoCallback;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET} and {@code HEAD} for a challenge that is open, as plain text that
 * nobody may keep, and 404 for any other below the same path. The rest is for the next
 * handler. The connection is closed; a request body is not read. Runs on the I/O thread.
 */
final class ChallengeHandler implements HttpHandler {

	private static final String PATH = "/.well-known/acme-challenge/";

	private final ChallengeResponses responses;

	private final HttpHandler next;

	ChallengeHandler(ChallengeResponses responses, HttpHandler next) {
		this.responses = responses;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		// As it was sent, neither decoded nor normalized: no authority writes it in
		// another way.
		if (!exchange.getRequestURI().startsWith(PATH)) {
			this.next.handleRequest(exchange);
			return;
		}
		String response = response(exchange);
		exchange.setPersistent(false);
		Connectors.terminateRequest(exchange);
		if (response == null) {
			exchange.setStatusCode(StatusCodes.NOT_FOUND);
			exchange.setResponseContentLength(0);
			exchange.endExchange();
			return;
		}
		byte[] body = response.getBytes(StandardCharsets.US_ASCII);
		exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
		exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
		exchange.setResponseContentLength(body.length);
		if (exchange.getRequestMethod().equals(Methods.HEAD)) {
			exchange.endExchange();
		}
		else {
			exchange.getResponseSender().send(ByteBuffer.wrap(body), IoCallback.END_EXCHANGE);
		}
	}

	private @Nullable String response(HttpServerExchange exchange) {
		boolean reads = exchange.getRequestMethod().equals(Methods.GET)
				|| exchange.getRequestMethod().equals(Methods.HEAD);
		if (!reads || !exchange.getQueryString().isEmpty()) {
			return null;
		}
		return this.responses.keyAuthorization(exchange.getRequestURI().substring(PATH.length()));
	}

}
