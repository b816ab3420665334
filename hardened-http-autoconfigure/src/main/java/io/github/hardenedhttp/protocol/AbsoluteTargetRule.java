package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/**
 * A target in absolute form names {@code http} or {@code https} (RFC 9112, section
 * 3.2.2): a resource of another scheme is none of this server's, and a request for one is
 * for a proxy.
 */
final class AbsoluteTargetRule implements RequestRule {

	@Override
	public int status(HttpServerExchange exchange) {
		if (!exchange.isHostIncludedInRequestURI()) {
			return PASSES;
		}
		String target = exchange.getRequestURI();
		return (beginsWith(target, "http://") || beginsWith(target, "https://")) ? PASSES : StatusCodes.BAD_REQUEST;
	}

	private static boolean beginsWith(String target, String prefix) {
		return target.regionMatches(true, 0, prefix, 0, prefix.length());
	}

}
