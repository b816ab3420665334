package io.github.hardenedhttp.protocol;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;

/**
 * One thing every request must be. Rules look at the head of the request only, on the I/O
 * thread or a worker, and allocate nothing while it is good.
 */
interface RequestRule {

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
	 * Adds to the response what its status asks for.
	 * @param response the header fields of the response
	 */
	default void explain(HeaderMap response) {
	}

}
