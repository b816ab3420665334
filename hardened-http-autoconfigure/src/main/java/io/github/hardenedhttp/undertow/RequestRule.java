package io.github.hardenedhttp.undertow;

import io.undertow.server.HttpServerExchange;

/**
 * One thing every request must be. Beans of this type are asked first, then the rules of
 * HTTP itself. Rules look at the head of the request only, on the I/O thread or a worker,
 * and allocate next to nothing while it is good.
 */
public interface RequestRule {

	/**
	 * What {@link #status} says of a request that may pass.
	 */
	int PASSES = 0;

	/**
	 * Judges a request.
	 * @param exchange the request, of which nothing but the head has been read
	 * @return the status it is refused with, or {@link #PASSES}
	 */
	int status(HttpServerExchange exchange);

	/**
	 * As what a refused request is counted.
	 * @return the reason
	 */
	default CloseReason reason() {
		return CloseReason.BAD_REQUEST;
	}

	/**
	 * Adds to the response what its status asks for.
	 * @param exchange the request that is refused
	 */
	default void explain(HttpServerExchange exchange) {
	}

}
