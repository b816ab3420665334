package io.github.hardenedhttp.tls;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

/**
 * The private keys and certificates of a bundle, proven fit to be served: they can be
 * read, key and certificate belong together, no RSA key is shorter than 2048 bits and no
 * certificate is signed with SHA-1 or MD5.
 */
final class ServerCertificate {

	private static final int MINIMUM_RSA_BITS = 2048;

	private final SSLContext context;

	private final List<X509Certificate> leaves;

	private ServerCertificate(SSLContext context, List<X509Certificate> leaves) {
		this.context = context;
		this.leaves = leaves;
	}

	/**
	 * Reads a bundle. Boot reads the files behind it only now, on first use.
	 * @param source where the bundle comes from, in words a user knows
	 * @param bundle the bundle
	 * @param engine the engine that is to serve it
	 * @return its content
	 * @throws UnusableCertificateException if it cannot be served
	 */
	static ServerCertificate from(String source, SslBundle bundle, TlsEngine engine) {
		try {
			List<X509Certificate> leaves = leaves(source, bundle);
			SSLContext context = engine.newContext();
			context.init(bundle.getManagers().getKeyManagers(), bundle.getManagers().getTrustManagers(), null);
			return new ServerCertificate(context, leaves);
		}
		catch (GeneralSecurityException | RuntimeException ex) {
			if (ex instanceof UnusableCertificateException known) {
				throw known;
			}
			throw UnusableCertificateException.unreadable(source, ex);
		}
	}

	private static List<X509Certificate> leaves(String source, SslBundle bundle) throws GeneralSecurityException {
		KeyStore keyStore = bundle.getStores().getKeyStore();
		if (keyStore == null) {
			throw new UnusableCertificateException(source, "it has no private key", null);
		}
		List<X509Certificate> leaves = new ArrayList<>();
		for (String alias : aliases(source, bundle, keyStore)) {
			Key key = keyStore.getKey(alias, password(bundle));
			Certificate[] chain = keyStore.getCertificateChain(alias);
			if (key instanceof PrivateKey privateKey && chain != null && chain.length > 0) {
				leaves.add(checked(source, privateKey, chain));
			}
		}
		if (leaves.isEmpty()) {
			throw new UnusableCertificateException(source, "it has no private key with a certificate", null);
		}
		return List.copyOf(leaves);
	}

	private static List<String> aliases(String source, SslBundle bundle, KeyStore keyStore)
			throws GeneralSecurityException {
		String alias = bundle.getKey().getAlias();
		if (!StringUtils.hasText(alias)) {
			return Collections.list(keyStore.aliases());
		}
		if (!keyStore.isKeyEntry(alias)) {
			throw new UnusableCertificateException(source, "it has no private key with the alias '" + alias + "'",
					null);
		}
		return List.of(alias);
	}

	private static char @Nullable [] password(SslBundle bundle) {
		String password = (bundle.getKey().getPassword() != null) ? bundle.getKey().getPassword()
				: bundle.getStores().getKeyStorePassword();
		return (password != null) ? password.toCharArray() : null;
	}

	private static X509Certificate checked(String source, PrivateKey key, Certificate[] chain)
			throws GeneralSecurityException {
		X509Certificate leaf = (X509Certificate) chain[0];
		if (leaf.getPublicKey() instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MINIMUM_RSA_BITS) {
			throw new UnusableCertificateException(source,
					"its RSA key has %d bits, fewer than %d".formatted(rsa.getModulus().bitLength(), MINIMUM_RSA_BITS),
					null);
		}
		for (Certificate certificate : chain) {
			X509Certificate x509 = (X509Certificate) certificate;
			String algorithm = x509.getSigAlgName().toUpperCase(Locale.ROOT);
			// Nobody checks the signature a root made of itself.
			boolean root = x509 != leaf && x509.getSubjectX500Principal().equals(x509.getIssuerX500Principal());
			if (!root && (algorithm.startsWith("SHA1") || algorithm.startsWith("MD5"))) {
				throw new UnusableCertificateException(source,
						"it is signed with %s, which no client trusts".formatted(x509.getSigAlgName()), null);
			}
		}
		if (!belongTogether(key, leaf.getPublicKey())) {
			throw new UnusableCertificateException(source, "the private key does not belong to the certificate", null);
		}
		return leaf;
	}

	private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
		if (!privateKey.getAlgorithm().equals(publicKey.getAlgorithm())) {
			return false;
		}
		String algorithm = switch (publicKey.getAlgorithm()) {
			case "RSA" -> "SHA256withRSA";
			case "EC" -> "SHA256withECDSA";
			default -> publicKey.getAlgorithm();
		};
		byte[] content = { 1, 2, 3 };
		Signature signer = Signature.getInstance(algorithm);
		signer.initSign(privateKey);
		signer.update(content);
		Signature verifier = Signature.getInstance(algorithm);
		verifier.initVerify(publicKey);
		verifier.update(content);
		return verifier.verify(signer.sign());
	}

	SSLContext context() {
		return this.context;
	}

	/**
	 * The server's own certificates, without their chains.
	 * @return one certificate for each private key
	 */
	List<X509Certificate> leaves() {
		return this.leaves;
	}

}
