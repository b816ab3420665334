package io.github.hardenedhttp.connection;

import java.util.function.BooleanSupplier;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.LastResponse;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.ConduitWrapper;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;
import org.xnio.conduits.StreamSinkConduit;

/**
 * While the server drains, every HTTP/1.1 response says {@code Connection: close}: also
 * that of a request which has been running since before, for it is decided when the
 * response is committed. A response that was committed before has promised to keep the
 * connection; if it ends when no further request is waited for, the connection ends with
 * it.
 * <p>
 * A request that came in one piece with others, pipelined, leaves the word to the last of
 * them.
 */
final class DrainHandler implements HttpHandler {

	private final Guard guard;

	private final BooleanSupplier closing;

	private final HttpHandler next;

	// One for all requests.

	private final ConduitWrapper<StreamSinkConduit> beforeCommit = (factory, exchange) -> {
		beforeCommit(exchange);
		return factory.create();
	};

	private final ExchangeCompletionListener atEnd = (exchange, listener) -> {
		atEnd(exchange);
		listener.proceed();
	};

	/**
	 * Create the handler.
	 * @param guard knows whether the server drains
	 * @param closing whether no further request is waited for
	 * @param next the next handler
	 */
	DrainHandler(Guard guard, BooleanSupplier closing, HttpHandler next) {
		this.guard = guard;
		this.closing = closing;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		if (!Protocols.HTTP_2_0.equals(exchange.getProtocol())) {
			exchange.addResponseWrapper(this.beforeCommit);
			exchange.addExchangeCompleteListener(this.atEnd);
		}
		this.next.handleRequest(exchange);
	}

	private void beforeCommit(HttpServerExchange exchange) {
		if (this.guard.isDraining() && (this.closing.getAsBoolean() || !isFollowed(exchange))) {
			LastResponse.announce(exchange);
		}
	}

	private static boolean isFollowed(HttpServerExchange exchange) {
		return exchange.isRequestComplete() && exchange.getConnection() instanceof AbstractServerConnection connection
				&& connection.getExtraBytes() != null;
	}

	private void atEnd(HttpServerExchange exchange) {
		if (this.closing.getAsBoolean() && !exchange.isUpgrade()) {
			exchange.setPersistent(false);
		}
	}

}
