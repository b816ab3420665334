package io.github.hardenedhttp.protocol;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What requests may look like.
 *
 * @param allowedMethods Methods that reach the application. TRACE, which shows a script
 * the cookies it must not see, is not among them.
 * @param strictFraming Whether a request that two servers could understand differently is
 * refused, which stops request smuggling.
 * @param maxHeaders Number of header fields a request may have.
 */
@ConfigurationProperties("hardened.protocol")
record ProtocolProperties(@DefaultValue( {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" }) List<String> allowedMethods,
		@DefaultValue("true") boolean strictFraming, @DefaultValue("100") int maxHeaders){

	private static final String PREFIX = "hardened.protocol.";

	// All registered methods are written like this, those of WebDAV too.

	private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z0-9_-]*");

	private static final int MOST_HEADERS = 10_000;

	/**
	 * The methods in the order they were given.
	 * @return at least one
	 * @throws InvalidConfigurationPropertyValueException if no request could have one of
	 * them
	 */
	Set<String> toAllowedMethods() {
		if (this.allowedMethods.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "allowed-methods", this.allowedMethods,
					"A server without methods serves nobody. Name at least one, such as GET.");
		}
		for (String method : this.allowedMethods) {
			if (!METHOD.matcher(method).matches()) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + "allowed-methods", method,
						"Methods are case-sensitive and written in capitals. Write them like GET or VERSION-CONTROL.");
			}
			if (method.equals("CONNECT")) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + "allowed-methods", method,
						"CONNECT asks a proxy for a tunnel, and this server is none. Leave it out.");
			}
		}
		return new LinkedHashSet<>(this.allowedMethods);
	}

	/**
	 * The number of header fields a request may have.
	 * @return from 1 on
	 * @throws InvalidConfigurationPropertyValueException if it is out of range
	 */
	int toMaxHeaders() {
		if (this.maxHeaders < 1 || this.maxHeaders > MOST_HEADERS) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "max-headers", this.maxHeaders,
					"Must be a number from 1 to %d. Browsers send about 20.".formatted(MOST_HEADERS));
		}
		return this.maxHeaders;
	}

}
