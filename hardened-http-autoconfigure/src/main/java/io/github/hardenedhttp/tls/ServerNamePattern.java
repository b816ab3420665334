package io.github.hardenedhttp.tls;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What Undertow is told of a name in {@code server.ssl.server-name-bundles}. It reads a
 * name as a regular expression ({@code SNIContextMatcher.Builder#addMatch},
 * {@link javax.net.ssl.SNIHostName#createSNIMatcher}): the dots of a host name would
 * stand for any character, and {@code *.example.org}, as certificates have it, for an
 * error. A name that is neither is left as the regular expression it is.
 */
final class ServerNamePattern {

	private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

	private static final String WILDCARD = "*.";

	/**
	 * One label (RFC 9525 section 6.3), written with an asterisk: by that Undertow knows
	 * that exact names go before.
	 */
	private static final String LABEL = "[^.][^.]*\\.";

	private ServerNamePattern() {
	}

	/**
	 * The regular expression for a name.
	 * @param property where the name stands
	 * @param name a host name, one with an asterisk for its first label, or a regular
	 * expression
	 * @return what Undertow understands
	 * @throws InvalidConfigurationPropertyValueException if it is none of them
	 */
	static String of(String property, String name) {
		if (HOST_NAME.matcher(name).matches()) {
			return literal(name);
		}
		if (name.startsWith(WILDCARD) && HOST_NAME.matcher(name.substring(WILDCARD.length())).matches()) {
			return LABEL + literal(name.substring(WILDCARD.length()));
		}
		try {
			return Pattern.compile(name).pattern();
		}
		catch (PatternSyntaxException ex) {
			throw new InvalidConfigurationPropertyValueException(property, name,
					"It is neither a host name, such as 'www.example.org' or '*.example.org', nor a regular expression: "
							+ ex.getDescription() + ".");
		}
	}

	/**
	 * Whether a name can stand in a certificate: it is a host name, or one with an
	 * asterisk for its first label.
	 * @param name what is configured
	 * @return whether it is no regular expression
	 */
	static boolean isHostName(String name) {
		return HOST_NAME.matcher(name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : name).matches();
	}

	private static String literal(String hostName) {
		return hostName.replace(".", "\\.");
	}

}
