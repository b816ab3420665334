package io.github.hardenedhttp.report;

import java.util.Map;

/**
 * The versions of TLS the self-test asks for, the oldest first.
 */
enum TlsVersion {

	TLS_1_0("TLSv1", 0x0301),

	TLS_1_1("TLSv1.1", 0x0302),

	TLS_1_2("TLSv1.2", 0x0303),

	TLS_1_3("TLSv1.3", 0x0304);

	private final String jsseName;

	private final int number;

	TlsVersion(String jsseName, int number) {
		this.jsseName = jsseName;
		this.number = number;
	}

	String jsseName() {
		return this.jsseName;
	}

	int number() {
		return this.number;
	}

	/**
	 * Whether RFC 8996 forbids it.
	 * @return whether it is outdated
	 */
	boolean isOutdated() {
		return this.number < TLS_1_2.number;
	}

	/**
	 * The cipher suites that can be asked for.
	 * @return names by number
	 */
	Map<Integer, String> suites() {
		return (this == TLS_1_3) ? CipherSuites.TLS_1_3 : CipherSuites.BEFORE_TLS_1_3;
	}

}
