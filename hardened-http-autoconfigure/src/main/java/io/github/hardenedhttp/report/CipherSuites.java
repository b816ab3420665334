package io.github.hardenedhttp.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names and numbers of IANA's registries "TLS Cipher Suites" and "TLS Supported Groups":
 * what a good server accepts, and what a bad one may still accept.
 */
final class CipherSuites {

	/**
	 * What TLS 1.3 knows (RFC 8446, appendix B.4).
	 */
	static final Map<Integer, String> TLS_1_3 = numbered("TLS_AES_128_GCM_SHA256", 0x1301, "TLS_AES_256_GCM_SHA384",
			0x1302, "TLS_CHACHA20_POLY1305_SHA256", 0x1303, "TLS_AES_128_CCM_SHA256", 0x1304,
			"TLS_AES_128_CCM_8_SHA256", 0x1305);

	/**
	 * With forward secrecy and authenticated encryption.
	 */
	private static final Map<Integer, String> GOOD = numbered("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xC02B,
			"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xC02F, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", 0xC02C,
			"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0xC030, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", 0xCCA9,
			"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xCCA8);

	private static final Map<Integer, String> WEAK = numbered("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 0x009E,
			"TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", 0x009F, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xCCAA,
			"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", 0xC023, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", 0xC024,
			"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0xC027, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", 0xC028,
			"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xC009, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", 0xC00A,
			"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xC013, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 0xC014,
			"TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", 0xC012, "TLS_ECDHE_RSA_WITH_RC4_128_SHA", 0xC011,
			"TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", 0x0067, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", 0x006B,
			"TLS_DHE_RSA_WITH_AES_128_CBC_SHA", 0x0033, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", 0x0039,
			"TLS_RSA_WITH_AES_128_GCM_SHA256", 0x009C, "TLS_RSA_WITH_AES_256_GCM_SHA384", 0x009D,
			"TLS_RSA_WITH_AES_128_CBC_SHA256", 0x003C, "TLS_RSA_WITH_AES_256_CBC_SHA256", 0x003D,
			"TLS_RSA_WITH_AES_128_CBC_SHA", 0x002F, "TLS_RSA_WITH_AES_256_CBC_SHA", 0x0035,
			"TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x000A, "TLS_RSA_WITH_RC4_128_SHA", 0x0005, "TLS_RSA_WITH_RC4_128_MD5",
			0x0004, "TLS_RSA_WITH_NULL_SHA256", 0x003B, "TLS_DH_anon_WITH_AES_128_GCM_SHA256", 0x00A6,
			"TLS_ECDH_anon_WITH_AES_128_CBC_SHA", 0xC018);

	/**
	 * What the versions before TLS 1.3 know.
	 */
	static final Map<Integer, String> BEFORE_TLS_1_3 = both(GOOD, WEAK);

	/**
	 * Key-exchange groups.
	 */
	static final Map<Integer, String> GROUPS = numbered("X25519MLKEM768", 0x11EC, "x25519", 0x001D, "secp256r1", 0x0017,
			"secp384r1", 0x0018, "secp521r1", 0x0019, "x448", 0x001E, "ffdhe2048", 0x0100, "ffdhe3072", 0x0101,
			"ffdhe4096", 0x0102, "ffdhe6144", 0x0103, "ffdhe8192", 0x0104);

	private static final List<String> EXPENSIVE_GROUPS = List.of("secp521r1", "x448");

	private CipherSuites() {
	}

	/**
	 * Whether Mozilla's guideline has no place for a suite.
	 * @param suite the name of a suite
	 * @return whether it is weak
	 */
	static boolean isWeak(String suite) {
		return WEAK.containsValue(suite);
	}

	/**
	 * Whether a group costs the server much more than the client (D(HE)at,
	 * CVE-2002-20001), or has no fast implementation in the JDK.
	 * @param group the name of a group
	 * @return whether it is expensive
	 */
	static boolean isExpensive(String group) {
		return group.startsWith("ffdhe") || EXPENSIVE_GROUPS.contains(group);
	}

	private static Map<Integer, String> numbered(Object... namesAndNumbers) {
		Map<Integer, String> numbered = new LinkedHashMap<>();
		for (int i = 0; i < namesAndNumbers.length; i += 2) {
			numbered.put((Integer) namesAndNumbers[i + 1], (String) namesAndNumbers[i]);
		}
		return numbered;
	}

	private static Map<Integer, String> both(Map<Integer, String> first, Map<Integer, String> second) {
		Map<Integer, String> both = new LinkedHashMap<>(first);
		both.putAll(second);
		return both;
	}

}
