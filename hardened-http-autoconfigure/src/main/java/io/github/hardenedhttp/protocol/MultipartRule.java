package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

/**
 * A multipart body with GET or HEAD is a bad request. Undertow would take it apart, into
 * memory and files, as soon as the application asks for any parameter (CVE-2026-3260).
 */
final class MultipartRule implements RequestRule {

	private static final String MULTIPART = "multipart/";

	@Override
	public int status(HttpServerExchange exchange) {
		boolean hasNoBody = Methods.GET.equals(exchange.getRequestMethod())
				|| Methods.HEAD.equals(exchange.getRequestMethod());
		return (hasNoBody && !exchange.isRequestComplete() && isMultipart(exchange)) ? StatusCodes.BAD_REQUEST : PASSES;
	}

	static boolean isMultipart(HttpServerExchange exchange) {
		String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
		return type != null && type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
	}

}
