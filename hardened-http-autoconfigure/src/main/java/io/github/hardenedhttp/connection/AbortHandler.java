package io.github.hardenedhttp.connection;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

/**
 * Lets handlers of Undertow abort a request, as long as they run on the I/O thread: what
 * is thrown by one that was dispatched does not come by here.
 */
final class AbortHandler implements HttpHandler {

	private final ExchangeAbort abort;

	private final HttpHandler next;

	AbortHandler(ExchangeAbort abort, HttpHandler next) {
		this.abort = abort;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		ExchangeAbort.prepare(exchange);
		try {
			this.next.handleRequest(exchange);
		}
		catch (Exception ex) {
			if (!this.abort.abortIfAsked(exchange, ex)) {
				throw ex;
			}
			exchange.endExchange();
		}
	}

}
