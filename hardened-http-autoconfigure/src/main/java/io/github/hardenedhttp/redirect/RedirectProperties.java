package io.github.hardenedhttp.redirect;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Properties of the redirect from HTTP to HTTPS.
 *
 * @param enabled Whether a plain HTTP listener redirects to HTTPS, where TLS is on.
 * @param port Port of the plain HTTP listener; 0 for any free port. If not set, 80 where
 * 'server.port' is 443, otherwise there is no listener.
 * @param status HTTP status of a redirect: 301, 302, 307 or 308.
 * @param allowedHosts Hosts a request may be redirected to: names, '*.' patterns for one
 * label, IP addresses. Others get 400, which stops open redirects. If not set, the names
 * in the certificate.
 */
@ConfigurationProperties("hardened.redirect")
record RedirectProperties(@DefaultValue("true") boolean enabled, @Nullable Integer port,
		@DefaultValue("308") int status, @DefaultValue List<String> allowedHosts) {

	private static final String PREFIX = "hardened.redirect.";

	private static final Set<Integer> STATUSES = Set.of(301, 302, 307, 308);

	private static final int MAX_PORT = 65535;

	/**
	 * Checks the values against each other and against the server's.
	 * @param tls whether the server speaks TLS
	 * @param serverPort the server's configured port
	 * @return a policy that can be carried out
	 */
	RedirectPolicy toPolicy(boolean tls, int serverPort) {
		return new RedirectPolicy(checkedPort(tls, serverPort), checkedStatus(), checkedHosts());
	}

	private @Nullable Integer checkedPort(boolean tls, int serverPort) {
		Integer port = this.port;
		if (port == null) {
			return (tls && serverPort == 443) ? 80 : null;
		}
		if (port < 0 || port > MAX_PORT) {
			throw invalid("port", port, "Must be a port from 0 to 65535, where 0 is any free port.");
		}
		if (!tls) {
			throw invalid("port", port, "There is no HTTPS to redirect to, since 'hardened.tls.enabled' is false. "
					+ "Remove this property.");
		}
		if (port != 0 && port == serverPort) {
			throw invalid("port", port,
					"HTTPS is served on this port already ('server.port'). Choose another port, or 0 for any free one.");
		}
		return port;
	}

	private int checkedStatus() {
		if (!STATUSES.contains(this.status)) {
			throw invalid("status", this.status, "Not a redirect that browsers follow. Must be 301, 302, 307 or 308.");
		}
		return this.status;
	}

	private @Nullable HostNames checkedHosts() {
		for (String host : this.allowedHosts) {
			if (!HostNames.isValid(host)) {
				throw invalid("allowed-hosts", host,
						("'%s' is no host. Give a name in ASCII (an IDN as 'xn--...'), a name with '*.' in front for any "
								+ "one label, or an IP address, without scheme, port or path.")
							.formatted(host));
			}
		}
		return this.allowedHosts.isEmpty() ? null : HostNames.of(this.allowedHosts);
	}

	private static InvalidConfigurationPropertyValueException invalid(String key, Object value, String reason) {
		return new InvalidConfigurationPropertyValueException(PREFIX + key, value, reason);
	}

}
