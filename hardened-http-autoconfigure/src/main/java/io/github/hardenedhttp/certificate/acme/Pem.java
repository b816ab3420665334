package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/**
 * Keys and certificates as text (RFC 7468), by Bouncy Castle. Strict where Boot's
 * {@code PemContent} is lenient: a block without its end is an error, not left out. No
 * exception from here has a cause or any part of the text: it may be a key.
 */
final class Pem {

	private Pem() {
	}

	static String of(PrivateKey key) throws IOException {
		// PKCS #8, as certbot writes it; given the key itself, it would be SEC 1.
		return write(new JcaPKCS8Generator(key, null));
	}

	static String of(KeyPair pair) throws IOException {
		return of(pair.getPrivate()) + write(pair.getPublic());
	}

	static String of(List<X509Certificate> certificates) throws IOException {
		return write(certificates.toArray());
	}

	private static String write(Object... objects) throws IOException {
		StringWriter text = new StringWriter();
		try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
			for (Object object : objects) {
				writer.writeObject(object);
			}
		}
		return text.toString();
	}

	static PrivateKey privateKey(String text) throws IOException {
		List<Object> objects = parse(text);
		if (objects.size() == 1 && objects.get(0) instanceof PrivateKey key) {
			return key;
		}
		throw new IOException("it is not one private key in PEM (PKCS #8, not encrypted)");
	}

	static KeyPair keyPair(String text) throws IOException {
		List<Object> objects = parse(text);
		if (objects.size() == 2 && objects.get(0) instanceof PrivateKey privateKey
				&& objects.get(1) instanceof PublicKey publicKey && StoredCertificate.matches(privateKey, publicKey)) {
			return new KeyPair(publicKey, privateKey);
		}
		throw new IOException("it is not one private key and its public key in PEM");
	}

	static List<X509Certificate> certificates(String text) throws IOException {
		List<X509Certificate> certificates = new ArrayList<>();
		for (Object object : parse(text)) {
			if (!(object instanceof X509Certificate certificate)) {
				throw new IOException("it has something other than certificates in it");
			}
			certificates.add(certificate);
		}
		return certificates;
	}

	private static List<Object> parse(String text) throws IOException {
		List<Object> objects = new ArrayList<>();
		try (PEMParser parser = new PEMParser(new StringReader(text))) {
			for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
				objects.add(convert(object));
			}
			return objects;
		}
		catch (IOException | CertificateException | RuntimeException ex) {
			throw new IOException("it is not whole, or not PEM");
		}
	}

	private static Object convert(Object object) throws IOException, CertificateException {
		if (object instanceof PrivateKeyInfo key) {
			return new JcaPEMKeyConverter().getPrivateKey(key);
		}
		if (object instanceof SubjectPublicKeyInfo key) {
			return new JcaPEMKeyConverter().getPublicKey(key);
		}
		if (object instanceof X509CertificateHolder certificate) {
			return new JcaX509CertificateConverter().getCertificate(certificate);
		}
		return object;
	}

}
