package io.github.hardenedhttp.http2;

import java.util.List;
import java.util.Set;

import io.undertow.server.Connectors;
import io.undertow.util.HttpString;

/**
 * Which fields may come after the content. Undertow puts them among the fields of the
 * request ({@code Http2StreamSourceChannel#handleHeaderData}) when all rules have been
 * asked and the application has long begun, so they say nothing of framing, routing,
 * authentication, the content or how to treat the request (RFC 9110, section 6.5.1), and
 * they look as other fields do (RFC 9113, section 8.2.1). Digests of the content may
 * come, and names nobody knows.
 */
final class TrailerFields {

	private static final Set<String> FORBIDDEN = Set.of("authorization", "cache-control", "connection", "cookie",
			"expect", "forwarded", "from", "host", "keep-alive", "max-forwards", "origin", "pragma", "range", "referer",
			"te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via", "x-http-method-override",
			"x-real-ip");

	private static final List<String> FORBIDDEN_PREFIXES = List.of("accept", "access-control-", "content-", "if-",
			"proxy-", "sec-", "x-forwarded-");

	// RFC 9530, and RFC 1864 before it
	private static final Set<String> DIGESTS = Set.of("content-digest", "content-md5");

	private TrailerFields() {
	}

	static boolean isGood(HttpString name, String value) {
		return isName(name) && isAllowed(name.toString()) && isValue(value);
	}

	private static boolean isAllowed(String name) {
		return DIGESTS.contains(name)
				|| !FORBIDDEN.contains(name) && FORBIDDEN_PREFIXES.stream().noneMatch(name::startsWith);
	}

	private static boolean isName(HttpString name) {
		for (int index = 0; index < name.length(); index++) {
			byte octet = name.byteAt(index);
			if (!Connectors.isValidTokenCharacter(octet) || octet >= 'A' && octet <= 'Z') {
				return false;
			}
		}
		return name.length() > 0;
	}

	private static boolean isValue(String value) {
		for (int index = 0; index < value.length(); index++) {
			char character = value.charAt(index);
			if (character < ' ' && character != '\t' || character == 0x7f) {
				return false;
			}
		}
		return true;
	}

}
