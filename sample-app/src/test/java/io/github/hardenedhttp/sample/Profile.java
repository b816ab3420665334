package io.github.hardenedhttp.sample;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.hardenedhttp.sample.Certificates.KeyType;

/**
 * The two TLS policies, as openssl spells them, and the samples that run with them. What
 * is written here is Mozilla's list, not read from the product.
 */
enum Profile {

	INTERMEDIATE(List.of("TLSv1.2", "TLSv1.3")), MODERN(List.of("TLSv1.3"));

	/**
	 * In the server's order.
	 */
	static final List<String> TLS_1_3_SUITES = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
			"TLS_CHACHA20_POLY1305_SHA256");

	private static final Map<String, RunningSample> SAMPLES = new ConcurrentHashMap<>();

	private final List<String> protocols;

	Profile(List<String> protocols) {
		this.protocols = protocols;
	}

	List<String> protocols() {
		return this.protocols;
	}

	/**
	 * The TLS 1.2 suites a certificate can be used with, in the server's order.
	 * @param type the kind of its key
	 * @return none for modern
	 */
	List<String> tls12Suites(KeyType type) {
		return (this == MODERN) ? List.of() : List.of("ECDHE-%s-AES128-GCM-SHA256".formatted(type),
				"ECDHE-%s-AES256-GCM-SHA384".formatted(type), "ECDHE-%s-CHACHA20-POLY1305".formatted(type));
	}

	/**
	 * The sample with this policy. It is started once and ends with the JVM of the tests.
	 * @param type the kind of the certificate's key
	 * @return the sample
	 */
	RunningSample sample(KeyType type) {
		return SAMPLES.computeIfAbsent(name() + type, (key) -> RunningSample.start(arguments(type)));
	}

	/**
	 * The same with Conscrypt.
	 * @param type the kind of the certificate's key
	 * @return the sample
	 */
	RunningSample sampleWithConscrypt(KeyType type) {
		return SAMPLES.computeIfAbsent("conscrypt" + name() + type,
				(key) -> RunningSample.startWithConscrypt(arguments(type)));
	}

	private List<String> arguments(KeyType type) {
		return Certificates.of(type).arguments("--hardened.tls.profile=" + name().toLowerCase(Locale.ROOT));
	}

}
