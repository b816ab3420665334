package io.github.hardenedhttp.tls;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mozilla's guideline 6.0, written down a second time.
 */
class TlsProfileTests {

	@Test
	void intermediate() {
		assertThat(TlsProfile.INTERMEDIATE.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
		assertThat(TlsProfile.INTERMEDIATE.cipherSuites()).containsExactly("TLS_AES_128_GCM_SHA256",
				"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
				"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
				"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
				"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
	}

	@Test
	void modern() {
		assertThat(TlsProfile.MODERN.protocols()).containsExactly("TLSv1.3");
		assertThat(TlsProfile.MODERN.cipherSuites()).containsExactly("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
				"TLS_CHACHA20_POLY1305_SHA256");
	}

	@ParameterizedTest
	@EnumSource
	void theGroupsOfBoth(TlsProfile profile) {
		assertThat(profile.namedGroups()).extracting(NamedGroup::jdkName)
			.containsExactly("X25519MLKEM768", "x25519", "secp256r1", "secp384r1");
		assertThat(profile.namedGroups()).extracting(NamedGroup::id).containsExactly(0x11EC, 29, 23, 24);
	}

}
