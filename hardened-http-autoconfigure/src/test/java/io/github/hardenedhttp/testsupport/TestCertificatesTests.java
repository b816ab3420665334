package io.github.hardenedhttp.testsupport;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.pem.PemContent;

import static org.assertj.core.api.Assertions.assertThat;

class TestCertificatesTests {

	@TempDir
	private Path directory;

	@Test
	void theCertificateHasTheNamesSerialAndLifetimeAskedFor() throws Exception {
		Instant from = Instant.now().minusSeconds(90).truncatedTo(ChronoUnit.SECONDS);
		X509Certificate certificate = TestCertificates.ecdsa("localhost", "127.0.0.1", "::1")
			.serial(42)
			.validFrom(from)
			.validFor(Duration.ofDays(7))
			.certificate();
		assertThat(certificate.getSubjectAlternativeNames()).extracting((name) -> name.get(1))
			.isEqualTo(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
		assertThat(certificate.getSerialNumber()).isEqualTo(42);
		assertThat(certificate.getNotBefore()).isEqualTo(from);
		assertThat(certificate.getNotAfter()).isEqualTo(from.plus(Duration.ofDays(7)));
	}

	@Test
	void theKeyIsOfTheKindAskedFor() {
		assertThat(((ECPublicKey) TestCertificates.ecdsa("a").certificate().getPublicKey()).getParams().toString())
			.contains("secp256r1");
		assertThat(((ECPublicKey) TestCertificates.ecdsaOn("secp521r1", "a").certificate().getPublicKey()).getParams()
			.toString()).contains("secp521r1");
		assertThat(
				((RSAPublicKey) TestCertificates.rsa(1024, "a").certificate().getPublicKey()).getModulus().bitLength())
			.isEqualTo(1024);
	}

	@Test
	void theDigestIsSha256UnlessSha1IsAskedFor() {
		assertThat(TestCertificates.ecdsa("a").certificate().getSigAlgName()).isEqualTo("SHA256withECDSA");
		assertThat(TestCertificates.rsa(1024, "a").sha1().certificate().getSigAlgName()).isEqualTo("SHA1withRSA");
	}

	@Test
	void twoCertificatesHaveDifferentSerialsAndOneStaysTheSame() {
		TestCertificates certificates = TestCertificates.ecdsa("a");
		assertThat(certificates.certificate()).isSameAs(certificates.certificate());
		assertThat(certificates.certificate().getSerialNumber())
			.isNotEqualTo(TestCertificates.ecdsa("a").certificate().getSerialNumber());
	}

	@Test
	void whatIsWrittenAsPemIsReadBySpringBoot() throws Exception {
		TestCertificates certificates = TestCertificates.ecdsa("localhost");
		TestCertificates.PemFiles files = certificates.writePem(this.directory);
		assertThat(PemContent.load(files.certificate()).getCertificates()).containsExactly(certificates.certificate());
		assertThat(PemContent.load(files.privateKey()).getPrivateKey()).isEqualTo(certificates.privateKey());
	}

	@Test
	void whatIsWrittenAsKeyStoreHoldsKeyAndCertificate() throws Exception {
		TestCertificates certificates = TestCertificates.rsa(2048, "localhost");
		Path file = certificates.writeKeyStore(this.directory.resolve("keystore.p12"));
		KeyStore keyStore = KeyStore.getInstance(file.toFile(), TestCertificates.PASSWORD.toCharArray());
		assertThat(keyStore.getCertificate(TestCertificates.ALIAS)).isEqualTo(certificates.certificate());
		assertThat(keyStore.getKey(TestCertificates.ALIAS, TestCertificates.PASSWORD.toCharArray()))
			.isEqualTo(certificates.privateKey());
	}

}
