package io.github.hardenedhttp.tls;

import org.jspecify.annotations.Nullable;

/**
 * The key-exchange groups a hardened server may use, in Mozilla's order. There is no way
 * to name another one: finite-field groups cost the server more than the client (D(HE)at,
 * CVE-2002-20001), P-521 and X448 are slow and needed by nobody.
 */
public enum NamedGroup {

	/**
	 * X25519 together with ML-KEM-768: safe also against a future quantum computer.
	 */
	X25519MLKEM768(0x11EC, "X25519MLKEM768"),

	/**
	 * Curve25519 (RFC 7748): the fastest.
	 */
	X25519(0x001D, "x25519"),

	/**
	 * NIST P-256. TLS 1.2 clients need it to accept a P-256 certificate.
	 */
	SECP256R1(0x0017, "secp256r1"),

	/**
	 * NIST P-384.
	 */
	SECP384R1(0x0018, "secp384r1");

	private static final String OTHER = "other";

	private final int id;

	private final String jdkName;

	NamedGroup(int id, String jdkName) {
		this.id = id;
		this.jdkName = jdkName;
	}

	/**
	 * The number in IANA's registry "TLS Supported Groups".
	 * @return the number
	 */
	int id() {
		return this.id;
	}

	/**
	 * How meters name a group.
	 * @param name the name an engine has for it, BoringSSL's {@code P-256} among them
	 * @return the JDK's name of one of these groups, or {@code other}
	 */
	static String tagOf(@Nullable String name) {
		for (NamedGroup group : values()) {
			if (group.jdkName.equalsIgnoreCase(name)) {
				return group.jdkName;
			}
		}
		if ("P-256".equals(name)) {
			return SECP256R1.jdkName;
		}
		return "P-384".equals(name) ? SECP384R1.jdkName : OTHER;
	}

	/**
	 * The name the JDK knows the group by ({@code jdk.tls.namedGroups}).
	 * @return the name
	 */
	String jdkName() {
		return this.jdkName;
	}

}
