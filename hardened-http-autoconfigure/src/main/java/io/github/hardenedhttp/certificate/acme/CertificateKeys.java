package io.github.hardenedhttp.certificate.acme;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/**
 * Makes the keys of accounts and certificates: ECDSA on P-256, which both profiles of
 * Mozilla's guideline ask for and every authority takes.
 */
final class CertificateKeys {

	private CertificateKeys() {
	}

	static KeyPair generate() throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(new ECGenParameterSpec("secp256r1"));
		return generator.generateKeyPair();
	}

}
