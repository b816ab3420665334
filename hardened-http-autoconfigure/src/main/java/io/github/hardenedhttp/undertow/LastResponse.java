package io.github.hardenedhttp.undertow;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.encoding.AllowedContentEncodings;
import io.undertow.util.Headers;

/**
 * The last response on an HTTP/1.1 connection.
 */
public final class LastResponse {

	private LastResponse() {
	}

	/**
	 * Makes a response the last one of its connection: it says {@code Connection: close},
	 * and the server closes when it is sent. To be called before the response is
	 * committed; one that leaves HTTP (an upgrade) is left alone.
	 * <p>
	 * Undertow would send a response of unknown length on such a connection without
	 * chunks ({@code HttpTransferEncoding#handleResponseConduit}), and its client could
	 * not tell the end from a cut. So it is told to use chunks. The length is unknown,
	 * too, if the response is going to be compressed, which is decided after this.
	 * @param exchange the request
	 */
	public static void announce(HttpServerExchange exchange) {
		if (exchange.isUpgrade()) {
			return;
		}
		exchange.setPersistent(false);
		if (exchange.isHttp11() && !exchange.getResponseHeaders().contains(Headers.TRANSFER_ENCODING)
				&& !hasLength(exchange)) {
			exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
		}
	}

	private static boolean hasLength(HttpServerExchange exchange) {
		return exchange.getResponseHeaders().contains(Headers.CONTENT_LENGTH)
				&& exchange.getAttachment(AllowedContentEncodings.ATTACHMENT_KEY) == null;
	}

}
