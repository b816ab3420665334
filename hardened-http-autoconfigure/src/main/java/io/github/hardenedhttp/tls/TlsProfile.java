package io.github.hardenedhttp.tls;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Mozilla's server-side TLS guideline, version 6.0, as values. Both profiles use the same
 * key-exchange groups; finite-field groups, P-521 and X448 are in neither.
 */
public enum TlsProfile {

	/**
	 * TLS 1.2 and 1.3, with forward secrecy and authenticated encryption only: every
	 * client of the last ten years.
	 */
	INTERMEDIATE(List.of("TLSv1.3", "TLSv1.2"), Suites.TLS_1_2),

	/**
	 * TLS 1.3 only.
	 */
	MODERN(List.of("TLSv1.3"), List.of());

	private final List<String> protocols;

	private final List<String> cipherSuites;

	TlsProfile(List<String> protocols, List<String> tls12Suites) {
		this.protocols = protocols;
		List<String> suites = new ArrayList<>(Suites.TLS_1_3);
		suites.addAll(tls12Suites);
		this.cipherSuites = Collections.unmodifiableList(suites);
	}

	/**
	 * The protocol versions, by their JSSE names.
	 * @return the versions, newest first
	 */
	public List<String> protocols() {
		return this.protocols;
	}

	/**
	 * The cipher suites, by their IANA names, in the order of the server's preference.
	 * @return the suites
	 */
	public List<String> cipherSuites() {
		return this.cipherSuites;
	}

	/**
	 * The key-exchange groups, in the order of preference. What the engine lacks is
	 * dropped later.
	 * @return the groups
	 */
	public List<NamedGroup> namedGroups() {
		return List.of(NamedGroup.values());
	}

	private static final class Suites {

		static final List<String> TLS_1_3 = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
				"TLS_CHACHA20_POLY1305_SHA256");

		static final List<String> TLS_1_2 = List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
				"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
				"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
				"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

	}

}
