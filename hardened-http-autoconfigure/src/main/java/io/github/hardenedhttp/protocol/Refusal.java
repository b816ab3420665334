package io.github.hardenedhttp.protocol;

import java.io.IOException;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;

/**
 * The end of a request its client is to blame for.
 */
final class Refusal {

	private final Guard guard;

	private final BodyLimit bodyLimit;

	Refusal(Guard guard, BodyLimit bodyLimit) {
		this.guard = guard;
		this.bodyLimit = bodyLimit;
	}

	/**
	 * Counts a request that is to be refused for what it looks like.
	 * @param exchange the request
	 * @return whether to refuse it, and not only to observe
	 */
	boolean applies(HttpServerExchange exchange) {
		return applies(exchange, CloseReason.BAD_REQUEST);
	}

	/**
	 * Counts a request that is to be refused.
	 * @param exchange the request
	 * @param reason as what it is counted
	 * @return whether to refuse it, and not only to observe
	 */
	boolean applies(HttpServerExchange exchange, CloseReason reason) {
		GuardedConnection connection = this.guard.find(exchange.getConnection());
		return (connection != null) ? connection.rejectsRequest(reason) : enforces();
	}

	boolean enforces() {
		return this.guard.mode() == GuardMode.ENFORCE;
	}

	/**
	 * Answers without a body. What the client still sends of its own is read and dropped
	 * after that, as much as a body may have: an answer that is followed by a reset can
	 * get lost. Then an HTTP/1.1 connection is closed, as it says.
	 * @param exchange the request
	 * @param status the status
	 */
	void send(HttpServerExchange exchange, int status) {
		exchange.setStatusCode(status);
		// HttpServerExchange#endExchange leaves it out for CONNECT.
		exchange.setResponseContentLength(0);
		if (exchange.isRequestComplete()) {
			exchange.endExchange();
			return;
		}
		exchange.setPersistent(false);
		if (exchange.isRequestChannelAvailable()) {
			exchange.setMaxEntitySize(BodyLimit.OURS);
			exchange.addRequestWrapper(
					(factory, same) -> new BodyLimitConduit(factory.create(), same, this, this.bodyLimit).dropping());
		}
		// HttpServerExchange#endExchange alone would read first, and answer then.
		exchange.getResponseSender().close(new End());
	}

	private static final class End implements IoCallback {

		@Override
		public void onComplete(HttpServerExchange exchange, Sender sender) {
			exchange.endExchange();
		}

		@Override
		public void onException(HttpServerExchange exchange, Sender sender, IOException ex) {
			exchange.endExchange();
		}

	}

}
