package io.github.hardenedhttp.redirect;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where a request wants to go, read from its target and its {@code Host} header. The host
 * is known for certain; the rest is kept as it was sent, neither decoded nor normalized,
 * and has no character that could end a header or a URI's path.
 *
 * @param host the host, which is not known to be allowed
 * @param pathAndQuery starts with a slash
 */
record RedirectTarget(HostName host, String pathAndQuery) {

	private static final int HTTPS_PORT = 443;

	/**
	 * RFC 9112 section 3.2.2: scheme, authority, then path and query, each of which can
	 * be missing.
	 */
	private static final Pattern ABSOLUTE_FORM = Pattern.compile("(?i:http)://([^/?]*)(.*)");

	/**
	 * What {@code HttpRequestParser} lets through. A backslash is not: browsers take it
	 * for a slash.
	 */
	private static final Pattern PATH_AND_QUERY = Pattern.compile("/[\\x21-\\x7e&&[^\"#<>\\\\^`{|}]]*");

	/**
	 * Reads a request.
	 * @param hostHeaders the values of all {@code Host} headers
	 * @param requestTarget the target of the request line, as it was sent
	 * @return where it goes, or {@code null} if that is not certain: not exactly one
	 * {@code Host}, a host that differs from the target's, neither origin-form nor
	 * absolute-form, characters that do not belong there
	 */
	static @Nullable RedirectTarget of(List<String> hostHeaders, String requestTarget) {
		if (hostHeaders.size() != 1) {
			return null;
		}
		HostName host = HostName.ofAuthority(hostHeaders.get(0));
		String pathAndQuery = requestTarget;
		Matcher absoluteForm = ABSOLUTE_FORM.matcher(requestTarget);
		if (absoluteForm.matches()) {
			// The target's host counts, but who sends two different ones wants to
			// deceive.
			HostName named = HostName.ofAuthority(absoluteForm.group(1));
			if (named == null || !named.equals(host)) {
				return null;
			}
			pathAndQuery = absoluteForm.group(2);
			if (!pathAndQuery.startsWith("/")) {
				pathAndQuery = "/" + pathAndQuery;
			}
		}
		if (host == null || !PATH_AND_QUERY.matcher(pathAndQuery).matches()) {
			return null;
		}
		return new RedirectTarget(host, pathAndQuery);
	}

	/**
	 * The value of the {@code Location} header.
	 * @param httpsPort the port HTTPS is spoken on
	 * @return an absolute URI
	 */
	String location(int httpsPort) {
		String port = (httpsPort != HTTPS_PORT) ? ":" + httpsPort : "";
		return "https://" + this.host.inUri() + port + this.pathAndQuery;
	}

}
