package io.github.hardenedhttp.tls;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslOptions;

/**
 * What a server negotiates, all of it supported by the engine at hand.
 *
 * @param profile the profile it comes from
 * @param protocols the protocol versions, newest first
 * @param cipherSuites the cipher suites, in the order of preference
 * @param namedGroups the key-exchange groups, in the order of preference
 * @param preferServerCipherSuites whether the server's order decides, not the client's
 */
public record TlsPolicy(TlsProfile profile, List<String> protocols, List<String> cipherSuites,
		List<NamedGroup> namedGroups, boolean preferServerCipherSuites) {

	/**
	 * The same policy with fewer protocol versions and cipher suites.
	 * @param narrower the user's own lists, each a part of this policy's
	 * @return the narrower policy
	 */
	TlsPolicy restrictedTo(SslOptions narrower) {
		return new TlsPolicy(this.profile, only(this.protocols, narrower.getEnabledProtocols()),
				only(this.cipherSuites, narrower.getCiphers()), this.namedGroups, this.preferServerCipherSuites);
	}

	/**
	 * Whether at least one protocol version has a cipher suite.
	 * @return whether any client could connect
	 */
	boolean isNegotiable() {
		return this.protocols.stream().anyMatch((protocol) -> this.cipherSuites.stream().anyMatch((suite) -> {
			// The suites of TLS 1.3 do not name the key exchange (RFC 8446, appendix
			// B.4).
			boolean tls13 = !suite.contains("_WITH_");
			return tls13 == "TLSv1.3".equals(protocol);
		}));
	}

	private static List<String> only(List<String> all, String @Nullable [] wanted) {
		if (wanted == null) {
			return all;
		}
		List<String> result = new ArrayList<>(all);
		result.retainAll(List.of(wanted));
		return List.copyOf(result);
	}

	SslOptions asOptions() {
		return SslOptions.of(this.cipherSuites.toArray(String[]::new), this.protocols.toArray(String[]::new));
	}

}
