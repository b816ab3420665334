package io.github.hardenedhttp.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import io.github.hardenedhttp.tls.DefaultCertificate;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
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

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * A certificate for this machine only, for development: ECDSA P-256, for
 * {@code localhost}, {@code 127.0.0.1} and {@code ::1}, valid for 90 days. Key and
 * certificate are made anew for each web server and never leave memory; no client trusts
 * it unasked.
 */
public final class SelfSignedCertificate implements DefaultCertificate {

	private static final Duration LIFETIME = Duration.ofDays(90);

	// Clients whose clock is a little behind must accept it, too.
	private static final Duration CLOCK_SKEW = Duration.ofHours(1);

	private static final int SERIAL_BITS = 127;

	private final Clock clock;

	SelfSignedCertificate(Clock clock) {
		this.clock = clock;
	}

	@Override
	public String source() {
		return "'hardened.certificate.self-signed'";
	}

	@Override
	public SslBundle load() {
		return make(this.clock, "localhost", "hardened-http development",
				new GeneralName[] { new GeneralName(GeneralName.dNSName, "localhost"),
						new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
						new GeneralName(GeneralName.iPAddress, "::1") });
	}

	/**
	 * Makes a certificate that holds the place of one that is yet to come. Its
	 * organization says so.
	 * @param clock the wall clock
	 * @param domains the names it is for
	 * @return a bundle with a key of its own
	 */
	public static SslBundle placeholder(Clock clock, List<String> domains) {
		return make(clock, "placeholder", "hardened-http placeholder, no certificate yet",
				domains.stream()
					.map((domain) -> new GeneralName(GeneralName.dNSName, domain))
					.toArray(GeneralName[]::new));
	}

	private static SslBundle make(Clock clock, String commonName, String organization, GeneralName[] names) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec("secp256r1"));
			KeyPair keys = generator.generateKeyPair();
			X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, commonName)
				.addRDN(BCStyle.O, organization)
				.build();
			KeyStore keyStore = KeyStore.getInstance("PKCS12");
			keyStore.load(null, null);
			keyStore.setKeyEntry(commonName, keys.getPrivate(), null,
					new Certificate[] { certificate(clock, keys, subject, names) });
			return SslBundle.of(SslStoreBundle.of(keyStore, null, null));
		}
		catch (GeneralSecurityException | OperatorCreationException | IOException ex) {
			throw new IllegalStateException("The self-signed certificate could not be made", ex);
		}
	}

	private static X509Certificate certificate(Clock clock, KeyPair keys, X500Name subject, GeneralName[] names)
			throws GeneralSecurityException, OperatorCreationException, IOException {
		Instant start = clock.instant().minus(CLOCK_SKEW);
		X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(subject,
				new BigInteger(SERIAL_BITS, new SecureRandom()), Date.from(start), Date.from(start.plus(LIFETIME)),
				subject, keys.getPublic())
			.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names))
			.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
			.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
			.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
		return new JcaX509CertificateConverter()
			.getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
	}

}
