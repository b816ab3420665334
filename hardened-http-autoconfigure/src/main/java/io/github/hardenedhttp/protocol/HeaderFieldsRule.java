package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;

/**
 * Header fields are few, and each is one: its name is a token, its value has no control
 * characters (RFC 9110, section 5.5). HTTP/2 carries any bytes, so there a CR LF in a
 * value would become a field of its own wherever the request is written out as HTTP/1.1;
 * Undertow looks at the names only, and lets a colon pass.
 * <p>
 * HTTP/2 has no white space around values and no fields about the connection (RFC 9113,
 * sections 8.2.1 and 8.2.2), and may send the parts of one {@code Cookie} field as many
 * (section 8.2.3): they count as one.
 */
final class HeaderFieldsRule implements RequestRule {

	private static final HttpString KEEP_ALIVE = new HttpString("Keep-Alive");

	private static final HttpString PROXY_CONNECTION = new HttpString("Proxy-Connection");

	private final int max;

	HeaderFieldsRule(int max) {
		this.max = max;
	}

	@Override
	public int status(HttpServerExchange exchange) {
		HeaderMap fields = exchange.getRequestHeaders();
		boolean http2 = Protocols.HTTP_2_0.equals(exchange.getProtocol());
		if (http2 && isAboutConnection(fields)) {
			return StatusCodes.BAD_REQUEST;
		}
		int count = 0;
		for (long at = fields.fastIterateNonEmpty(); at != -1; at = fields.fiNextNonEmpty(at)) {
			HeaderValues values = fields.fiCurrent(at);
			HttpString name = values.getHeaderName();
			if (!isToken(name) || !areGood(values, http2)) {
				return StatusCodes.BAD_REQUEST;
			}
			count += (http2 && Headers.COOKIE.equals(name)) ? 1 : values.size();
		}
		return (count > this.max) ? StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE : PASSES;
	}

	/**
	 * Undertow resets a stream that has a {@code Connection} field itself. One that comes
	 * with it was an HTTP/1.1 request that asked for an upgrade to HTTP/2.
	 */
	private static boolean isAboutConnection(HeaderMap fields) {
		return (fields.contains(KEEP_ALIVE) || fields.contains(PROXY_CONNECTION) || fields.contains(Headers.UPGRADE))
				&& !fields.contains(Headers.CONNECTION);
	}

	private static boolean isToken(HttpString name) {
		for (int at = 0; at < name.length(); at++) {
			if (!Connectors.isValidTokenCharacter(name.byteAt(at))) {
				return false;
			}
		}
		return name.length() > 0;
	}

	private static boolean areGood(HeaderValues values, boolean http2) {
		for (int at = 0; at < values.size(); at++) {
			String value = values.get(at);
			if (hasControlCharacter(value) || http2 && hasSpaceAround(value)) {
				return false;
			}
		}
		return true;
	}

	private static boolean hasControlCharacter(String value) {
		for (int at = 0; at < value.length(); at++) {
			char character = value.charAt(at);
			if (character < ' ' && character != '\t' || character == 0x7f) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasSpaceAround(String value) {
		return !value.isEmpty() && (isSpace(value.charAt(0)) || isSpace(value.charAt(value.length() - 1)));
	}

	private static boolean isSpace(char character) {
		return character == ' ' || character == '\t';
	}

}
