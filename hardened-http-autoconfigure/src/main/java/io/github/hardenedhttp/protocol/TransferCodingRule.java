package io.github.hardenedhttp.protocol;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

/**
 * The one transfer coding is {@code chunked}; others get 501 (RFC 9112, section 6.1).
 * Undertow takes them for chunked, or for a body that lasts as long as the connection,
 * where whoever stands before it may not. HTTP/1.0 has none.
 */
final class TransferCodingRule implements RequestRule {

	@Override
	public int status(HttpServerExchange exchange) {
		HeaderValues codings = exchange.getRequestHeaders().get(Headers.TRANSFER_ENCODING);
		if (codings == null) {
			return PASSES;
		}
		if (!exchange.isHttp11()) {
			return StatusCodes.BAD_REQUEST;
		}
		return (codings.size() == 1 && codings.getFirst().strip().equalsIgnoreCase("chunked")) ? PASSES
				: StatusCodes.NOT_IMPLEMENTED;
	}

}
