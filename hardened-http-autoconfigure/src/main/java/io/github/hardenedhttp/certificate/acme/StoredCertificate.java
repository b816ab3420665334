package io.github.hardenedhttp.certificate.acme;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate chain and the private key of its first certificate. There is none whose
 * key does not match.
 *
 * @param key the private key, EC or RSA
 * @param chain the server's certificate first, each followed by its issuer's; the root
 * may be left out
 * @since 0.1.0
 */
public record StoredCertificate(PrivateKey key, List<X509Certificate> chain) {

	/**
	 * Checks that the key matches.
	 * @throws IllegalArgumentException if the chain is empty or the key is not the one of
	 * its first certificate
	 */
	public StoredCertificate {
		chain = List.copyOf(chain);
		if (chain.isEmpty()) {
			throw new IllegalArgumentException("The chain has no certificate");
		}
		if (!matches(key, chain.get(0).getPublicKey())) {
			throw new IllegalArgumentException("The private key is not the one of the first certificate of the chain");
		}
	}

	/**
	 * The server's own certificate.
	 * @return the first of the chain
	 */
	public X509Certificate certificate() {
		return this.chain.get(0);
	}

	/**
	 * Whether two keys belong together: what one signs, the other verifies.
	 * @param privateKey an EC or RSA key
	 * @param publicKey any key
	 * @return whether they are a pair
	 */
	static boolean matches(PrivateKey privateKey, PublicKey publicKey) {
		String algorithm = privateKey.getAlgorithm();
		if (!algorithm.equals(publicKey.getAlgorithm())) {
			return false;
		}
		try {
			byte[] challenge = new byte[32];
			new SecureRandom().nextBytes(challenge);
			Signature signature = Signature.getInstance("SHA256with" + (algorithm.equals("EC") ? "ECDSA" : algorithm));
			signature.initSign(privateKey);
			signature.update(challenge);
			byte[] signed = signature.sign();
			signature.initVerify(publicKey);
			signature.update(challenge);
			return signature.verify(signed);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		return "StoredCertificate[%s, until %s]".formatted(certificate().getSubjectX500Principal(),
				certificate().getNotAfter().toInstant());
	}

}
