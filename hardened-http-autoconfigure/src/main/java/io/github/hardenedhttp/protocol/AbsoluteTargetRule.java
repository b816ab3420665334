package io.github.hardenedhttp.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hardenedhttp.redirect.HostName;
import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

/**
 * A target in absolute form names {@code http} or {@code https}, and the host and port
 * that {@code Host} names (RFC 9112, section 3.2.2): a resource of another scheme is none
 * of this server's, and a request for one is for a proxy. The target's host is what the
 * application gets to see as the address of the request, {@code Host} is what has been
 * judged. Undertow asks only whether the one contains the other
 * ({@code HostHeaderHandler}), as a longer name does, a path or user information.
 */
final class AbsoluteTargetRule implements RequestRule {

	private static final Pattern ABSOLUTE_FORM = Pattern.compile("(?i)http(s?)://([^/?#]*).*");

	@Override
	public int status(HttpServerExchange exchange) {
		return (!exchange.isHostIncludedInRequestURI() || isGood(exchange)) ? PASSES : StatusCodes.BAD_REQUEST;
	}

	private static boolean isGood(HttpServerExchange exchange) {
		Matcher target = ABSOLUTE_FORM.matcher(exchange.getRequestURI());
		if (!target.matches()) {
			return false;
		}
		// HTTP/1.0 can do without Host, but not with another in its place.
		String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
		return host != null && areSame(target.group(2), host, target.group(1).isEmpty() ? 80 : 443);
	}

	private static boolean areSame(String authority, String host, int defaultPort) {
		HostName named = HostName.ofAuthority(authority);
		return named != null && named.equals(HostName.ofAuthority(host))
				&& port(authority, defaultPort) == port(host, defaultPort);
	}

	/**
	 * The port of what {@link HostName} could read: five digits at most.
	 */
	private static int port(String authority, int defaultPort) {
		int colon = authority.lastIndexOf(':');
		return (colon > authority.lastIndexOf(']')) ? Integer.parseInt(authority.substring(colon + 1)) : defaultPort;
	}

}
