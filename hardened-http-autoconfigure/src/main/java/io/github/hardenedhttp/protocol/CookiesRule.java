package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

/**
 * Cookies are few, whether or not anybody asks for them, in one field or in many (RFC
 * 6265, section 4.2.1; RFC 9113, section 8.2.3). Undertow counts them only when they are
 * taken apart ({@code Cookies#parseRequestCookies}).
 */
final class CookiesRule implements RequestRule {

	private final int max;

	CookiesRule(int max) {
		this.max = max;
	}

	@Override
	public int status(HttpServerExchange exchange) {
		HeaderValues fields = exchange.getRequestHeaders().get(Headers.COOKIE);
		if (fields == null) {
			return PASSES;
		}
		int count = 0;
		for (int at = 0; at < fields.size(); at++) {
			count += count(fields.get(at));
		}
		return (count > this.max) ? StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE : PASSES;
	}

	private static int count(String cookies) {
		int count = 1;
		for (int at = cookies.indexOf(';'); at >= 0; at = cookies.indexOf(';', at + 1)) {
			count++;
		}
		return count;
	}

}
