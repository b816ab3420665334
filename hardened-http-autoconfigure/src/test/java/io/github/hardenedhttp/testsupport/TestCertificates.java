package io.github.hardenedhttp.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes one server certificate with its key, at run time, self-signed unless an authority
 * is given: <pre>
 * TestCertificates.ecdsa("localhost", "127.0.0.1").validFor(Duration.ofDays(90)).writePem(directory)
 * </pre> The key and the certificate are made when they are first asked for and stay the
 * same from then on; options must be set before. Not thread-safe.
 */
public final class TestCertificates {

	/**
	 * Password of every key store and of the key in it.
	 */
	public static final String PASSWORD = "changeit";

	/**
	 * Alias of the key in every key store.
	 */
	public static final String ALIAS = "server";

	private final KeyPairGenerator generator;

	private final String[] names;

	private BigInteger serial = new BigInteger(64, new SecureRandom()).add(BigInteger.ONE);

	private Instant validFrom = Instant.now().minus(Duration.ofMinutes(1));

	private Duration lifetime = Duration.ofDays(30);

	private String digest = "SHA256";

	private boolean named = true;

	private boolean authority;

	private KeyPurposeId purpose = KeyPurposeId.id_kp_serverAuth;

	private @Nullable TestCertificates issuer;

	private final List<AccessDescription> access = new ArrayList<>();

	private @Nullable KeyPair keyPair;

	private @Nullable X509Certificate certificate;

	private TestCertificates(KeyPairGenerator generator, String[] names) {
		this.generator = generator;
		this.names = names;
	}

	/**
	 * A certificate with an ECDSA key on P-256.
	 * @param names host names and IP addresses, the first one is the subject too
	 * @return the maker
	 */
	public static TestCertificates ecdsa(String... names) {
		return ecdsaOn("secp256r1", names);
	}

	/**
	 * A certificate with an ECDSA key on a curve of choice.
	 * @param curve the name of the curve as Java knows it
	 * @param names host names and IP addresses, the first one is the subject too
	 * @return the maker
	 */
	public static TestCertificates ecdsaOn(String curve, String... names) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec(curve));
			return new TestCertificates(generator, names);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * A certificate with an RSA key.
	 * @param bits the length of the key
	 * @param names host names and IP addresses, the first one is the subject too
	 * @return the maker
	 */
	public static TestCertificates rsa(int bits, String... names) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
			generator.initialize(bits);
			return new TestCertificates(generator, names);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Signs with SHA-1, which no browser accepts any more.
	 * @return this
	 */
	public TestCertificates sha1() {
		this.digest = "SHA1";
		return this;
	}

	/**
	 * Leaves out the subject alternative names.
	 * @return this
	 */
	public TestCertificates withoutNames() {
		this.named = false;
		return this;
	}

	/**
	 * May sign others.
	 * @return this
	 */
	public TestCertificates authority() {
		this.authority = true;
		return this;
	}

	/**
	 * Is for something else than a server.
	 * @param purpose what for
	 * @return this
	 */
	public TestCertificates purpose(KeyPurposeId purpose) {
		this.purpose = purpose;
		return this;
	}

	/**
	 * Is signed by an authority, whose certificate is then part of {@link #chain()},
	 * unless it has signed itself.
	 * @param issuer the authority
	 * @return this
	 */
	public TestCertificates issuedBy(TestCertificates issuer) {
		this.issuer = issuer;
		return this;
	}

	/**
	 * Sends another authority than the one that has signed it.
	 * @param sent the authority in the chain
	 * @return this
	 */
	public TestCertificates chainTo(TestCertificates sent) {
		certificate();
		this.issuer = sent;
		return this;
	}

	/**
	 * Says where more can be asked (RFC 5280, section 4.2.2.1).
	 * @param method how: {@code id_ad_caIssuers} or {@code id_ad_ocsp}
	 * @param uri where
	 * @return this
	 */
	public TestCertificates access(ASN1ObjectIdentifier method, String uri) {
		this.access.add(new AccessDescription(method, new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
		return this;
	}

	public TestCertificates serial(long serial) {
		this.serial = BigInteger.valueOf(serial);
		return this;
	}

	public TestCertificates validFrom(Instant validFrom) {
		this.validFrom = validFrom;
		return this;
	}

	/**
	 * Sets the lifetime, from the first to the last moment of validity. Without
	 * {@link #validFrom} the first was a minute ago.
	 * @param lifetime the lifetime, in whole seconds
	 * @return this
	 */
	public TestCertificates validFor(Duration lifetime) {
		this.lifetime = lifetime;
		return this;
	}

	public PrivateKey privateKey() {
		return keyPair().getPrivate();
	}

	public X509Certificate certificate() {
		if (this.certificate == null) {
			try {
				this.certificate = sign(keyPair());
			}
			catch (IOException | GeneralSecurityException | OperatorCreationException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return this.certificate;
	}

	/**
	 * What a server sends: this certificate and those that issued it, without the root.
	 * @return the chain
	 */
	public List<X509Certificate> chain() {
		List<X509Certificate> chain = new ArrayList<>(List.of(certificate()));
		for (TestCertificates next = this.issuer; next != null && next.issuer != null; next = next.issuer) {
			chain.add(next.certificate());
		}
		return chain;
	}

	/**
	 * Writes {@code certificate.pem} and {@code key.pem} (PKCS #8), over older ones.
	 * @param directory an existing directory
	 * @return where they are
	 */
	public PemFiles writePem(Path directory) {
		PemFiles files = new PemFiles(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
		try {
			StringBuilder chain = new StringBuilder();
			for (X509Certificate certificate : chain()) {
				chain.append(pem("CERTIFICATE", certificate.getEncoded()));
			}
			// Both at once, as far as that goes: a server that looks in between waits.
			Files.writeString(files.privateKey(), pem("PRIVATE KEY", privateKey().getEncoded()));
			Files.writeString(files.certificate(), chain);
			return files;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Writes a PKCS #12 key store with {@link #PASSWORD} and {@link #ALIAS}, over an
	 * older one.
	 * @param file the key store
	 * @return the file
	 */
	public Path writeKeyStore(Path file) {
		try (OutputStream out = Files.newOutputStream(file)) {
			KeyStore keyStore = emptyKeyStore();
			keyStore.setKeyEntry(ALIAS, privateKey(), PASSWORD.toCharArray(), new Certificate[] { certificate() });
			keyStore.store(out, PASSWORD.toCharArray());
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The TLS context of a client that trusts this certificate and no other.
	 * @return a new context
	 */
	public SSLContext clientContext() {
		try {
			KeyStore trustStore = emptyKeyStore();
			trustStore.setCertificateEntry(ALIAS, certificate());
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(trustStore);
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, factory.getTrustManagers(), null);
			return context;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private KeyPair keyPair() {
		if (this.keyPair == null) {
			this.keyPair = this.generator.generateKeyPair();
		}
		return this.keyPair;
	}

	private X509Certificate sign(KeyPair keyPair)
			throws IOException, GeneralSecurityException, OperatorCreationException {
		TestCertificates issuer = (this.issuer != null) ? this.issuer : this;
		boolean rsa = keyPair.getPrivate().getAlgorithm().equals("RSA");
		// With keyEncipherment nothing but the server's policy forbids static RSA.
		int usage = KeyUsage.digitalSignature | (rsa ? KeyUsage.keyEncipherment : 0)
				| (this.authority ? KeyUsage.keyCertSign : 0);
		X500Name subject = new X500Name("CN=" + this.names[0]);
		X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(new X500Name("CN=" + issuer.names[0]),
				this.serial, Date.from(this.validFrom), Date.from(this.validFrom.plus(this.lifetime)), subject,
				keyPair.getPublic());
		builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(this.authority));
		builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
		if (!this.authority) {
			builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(this.purpose));
		}
		if (this.named) {
			builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(
					Arrays.stream(this.names).map(TestCertificates::generalName).toArray(GeneralName[]::new)));
		}
		if (!this.access.isEmpty()) {
			builder.addExtension(Extension.authorityInfoAccess, false,
					new AuthorityInformationAccess(this.access.toArray(AccessDescription[]::new)));
		}
		PrivateKey signer = issuer.privateKey();
		String algorithm = this.digest + "with" + (signer.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA");
		return new JcaX509CertificateConverter()
			.getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer)));
	}

	private static GeneralName generalName(String name) {
		boolean address = name.contains(":") || name.matches("[0-9.]+");
		return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
	}

	private static KeyStore emptyKeyStore() throws IOException, GeneralSecurityException {
		KeyStore keyStore = KeyStore.getInstance("PKCS12");
		keyStore.load(null, null);
		return keyStore;
	}

	private static String pem(String type, byte[] encoded) {
		String base64 = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(encoded);
		return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
	}

	/**
	 * A certificate and its key as PEM files.
	 *
	 * @param certificate the certificate
	 * @param privateKey the key, not encrypted
	 */
	public record PemFiles(Path certificate, Path privateKey) {
	}

}
