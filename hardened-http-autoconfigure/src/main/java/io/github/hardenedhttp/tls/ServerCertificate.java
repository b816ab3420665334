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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509KeyManager;

import io.github.hardenedhttp.tls.ocsp.OcspStaples;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

/**
 * The private keys and certificates of a bundle, proven fit to be served: they can be
 * read, key and certificate belong together, each certificate of a chain is issued by the
 * next, no RSA key is shorter than 2048 bits, no certificate is signed with SHA-1 or MD5,
 * and the server's own has names.
 */
final class ServerCertificate {

	private static final int MINIMUM_RSA_BITS = 2048;

	private final SSLContext context;

	private final List<List<X509Certificate>> chains;

	private ServerCertificate(SSLContext context, List<List<X509Certificate>> chains) {
		this.context = context;
		this.chains = chains;
	}

	/**
	 * Reads a bundle. Boot reads the files behind it only now, on first use.
	 * @param source where the bundle comes from, in words a user knows
	 * @param bundle the bundle
	 * @param trust whose certificates its clients may show
	 * @param engine the engine that is to serve it
	 * @param staples who is to be told before there is a context, if anybody
	 * @return its content
	 * @throws UnusableCertificateException if it cannot be served
	 */
	static ServerCertificate from(String source, SslBundle bundle, ClientTrust trust, TlsEngine engine,
			@Nullable OcspStaples staples) {
		try {
			KeyStore keyStore = bundle.getStores().getKeyStore();
			if (keyStore == null) {
				throw new UnusableCertificateException(source, "it has no private key", null);
			}
			if (trust.isMissingFor(bundle)) {
				throw new UnusableCertificateException(source,
						"it has no trust store, and clients are asked for a certificate", null);
			}
			List<String> aliases = aliases(source, bundle, keyStore);
			KeyManager[] keyManagers = bundle.getManagers().getKeyManagers();
			List<List<X509Certificate>> chains = new ArrayList<>();
			for (String alias : aliases) {
				Key key = key(alias, bundle, keyStore, keyManagers);
				Certificate[] chain = keyStore.getCertificateChain(alias);
				if (key instanceof PrivateKey privateKey && chain != null && chain.length > 0) {
					chains.add(checked(source, privateKey, x509(chain)));
				}
			}
			if (chains.isEmpty()) {
				throw new UnusableCertificateException(source, "it has no private key with a certificate", null);
			}
			if (staples != null) {
				staples.prepare(chains);
			}
			SSLContext context = engine.newContext();
			context.init(engine.prepared(keyManagers), trust.managers(bundle), null);
			return new ServerCertificate(context, List.copyOf(chains));
		}
		catch (GeneralSecurityException | RuntimeException ex) {
			if (ex instanceof UnusableCertificateException known) {
				throw known;
			}
			throw UnusableCertificateException.unreadable(source, ex);
		}
	}

	/**
	 * A key manager has decrypted its keys. To decrypt one more takes about a tenth of a
	 * second of the start, for it is protected by ten thousand rounds of PBKDF2 even when
	 * it comes from a PEM file.
	 */
	private static @Nullable Key key(String alias, SslBundle bundle, KeyStore keyStore, KeyManager[] keyManagers)
			throws GeneralSecurityException {
		for (KeyManager keyManager : keyManagers) {
			Key key = (keyManager instanceof X509KeyManager x509) ? x509.getPrivateKey(alias) : null;
			if (key != null) {
				return key;
			}
		}
		return keyStore.getKey(alias, password(bundle));
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

	private static List<X509Certificate> x509(Certificate[] chain) {
		return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
	}

	private static List<X509Certificate> checked(String source, PrivateKey key, List<X509Certificate> chain)
			throws GeneralSecurityException {
		X509Certificate own = chain.get(0);
		for (X509Certificate certificate : chain) {
			// Nobody checks the signature a root made of itself.
			if (certificate == own || !isSelfIssued(certificate)) {
				refuseWeak(source, certificate, certificate == own);
			}
		}
		if (!belongTogether(key, own.getPublicKey())) {
			throw new UnusableCertificateException(source, "the private key does not belong to the certificate", null);
		}
		for (int at = 1; at < chain.size(); at++) {
			if (!isIssuedBy(chain.get(at - 1), chain.get(at))) {
				throw new UnusableCertificateException(source,
						"its chain is out of order: certificate %d did not issue certificate %d".formatted(at + 1, at),
						null);
			}
		}
		if (own.getSubjectAlternativeNames() == null) {
			throw new UnusableCertificateException(source,
					"it has no subject alternative name, without which no client accepts it", null);
		}
		return chain;
	}

	private static void refuseWeak(String source, X509Certificate certificate, boolean own) {
		if (certificate.getPublicKey() instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MINIMUM_RSA_BITS) {
			throw new UnusableCertificateException(source, "%s RSA key has %d bits, fewer than %d"
				.formatted(own ? "its" : "an authority's", rsa.getModulus().bitLength(), MINIMUM_RSA_BITS), null);
		}
		String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
		if (algorithm.startsWith("SHA1") || algorithm.startsWith("MD5")) {
			throw new UnusableCertificateException(source,
					"it is signed with %s, which no client trusts".formatted(certificate.getSigAlgName()), null);
		}
	}

	private static boolean isSelfIssued(X509Certificate certificate) {
		return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
	}

	private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
		if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
			return false;
		}
		try {
			certificate.verify(issuer.getPublicKey());
			return true;
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
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
	 * The server's own certificates, each with its chain.
	 * @return one chain for each private key, the server's certificate first
	 */
	List<List<X509Certificate>> chains() {
		return this.chains;
	}

	/**
	 * The server's own certificates, without their chains.
	 * @return one certificate for each private key
	 */
	List<X509Certificate> leaves() {
		return this.chains.stream().map((chain) -> chain.get(0)).toList();
	}

	/**
	 * Whether clients accept it now, as far as time is concerned.
	 * @param now the time
	 * @return whether no certificate is expired, or not valid yet
	 */
	boolean isValidAt(Instant now) {
		return leaves().stream()
			.allMatch((own) -> !now.isBefore(own.getNotBefore().toInstant())
					&& !now.isAfter(own.getNotAfter().toInstant()));
	}

}
