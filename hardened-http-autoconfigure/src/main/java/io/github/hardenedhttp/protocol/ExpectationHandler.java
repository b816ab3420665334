package io.github.hardenedhttp.protocol;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;

/**
 * Has no request without content wait for 100 (Continue) (RFC 9110, section 10.1.1). The
 * servlet container would take it for one whose content was never asked for, and close
 * the connection ({@code HttpContinueReadHandler}).
 */
final class ExpectationHandler implements HttpHandler {

	private final HttpHandler next;

	ExpectationHandler(HttpHandler next) {
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		if (exchange.isRequestComplete() && HttpContinue.requiresContinueResponse(exchange)) {
			HttpContinue.markContinueResponseSent(exchange);
		}
		this.next.handleRequest(exchange);
	}

}
