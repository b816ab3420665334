package io.github.hardenedhttp.undertow;

import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;

/**
 * Tells the guard when a request starts and when it has ended. Asynchronous requests end
 * when their exchange does.
 */
final class ConnectionStateHandler implements HttpHandler {

	private final Guard guard;

	private final HttpHandler next;

	ConnectionStateHandler(Guard guard, HttpHandler next) {
		this.guard = guard;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		GuardedConnection connection = this.guard.find(exchange.getConnection());
		if (connection != null) {
			connection.requestStarted(exchange.getConnection(), Protocols.HTTP_2_0.equals(exchange.getProtocol()));
			exchange.addExchangeCompleteListener((ended, nextListener) -> {
				connection.requestEnded(stateAfter(ended, connection));
				if (ended.isUpgrade()) {
					// What follows is code of the application's.
					nextListener.proceed();
				}
				else {
					connection.readsOnAfter(nextListener::proceed);
				}
			});
		}
		this.next.handleRequest(exchange);
	}

	private static ConnectionState stateAfter(HttpServerExchange ended, GuardedConnection connection) {
		if (ended.isUpgrade()) {
			return ConnectionState.UPGRADED;
		}
		// What a client has sent of its next request together with the last one.
		PlaintextGate gate = connection.gate();
		boolean pipelined = (gate != null && gate.isHolding())
				|| (ended.getConnection() instanceof AbstractServerConnection server && server.getExtraBytes() != null);
		return pipelined ? ConnectionState.REQUEST_HEADER : ConnectionState.IDLE;
	}

}
