package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/**
 * A target that is no path is a bad request: {@code OPTIONS *}, and in HTTP/2 a
 * {@code :path} without its slash (RFC 9113, section 8.3.1). The servlet container throws
 * when it meets one ({@code ServletPathMatches}).
 */
final class RequestPathRule implements RequestRule {

	@Override
	public int status(HttpServerExchange exchange) {
		return exchange.getRequestPath().startsWith("/") ? PASSES : StatusCodes.BAD_REQUEST;
	}

}
