package io.github.hardenedhttp.certificate;

import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SelfSignedCertificateTests {

	private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

	@Test
	void itIsForThisMachineOnP256() throws Exception {
		X509Certificate certificate = make();
		assertThat(((ECPublicKey) certificate.getPublicKey()).getParams().toString()).contains("secp256r1");
		assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
		assertThat(certificate.getSubjectAlternativeNames()).containsExactlyInAnyOrder(List.of(2, "localhost"),
				List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
		certificate.verify(certificate.getPublicKey());
	}

	@Test
	void itIsAServerCertificateAndNoAuthority() throws Exception {
		X509Certificate certificate = make();
		assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
		assertThat(certificate.getKeyUsage()).startsWith(true, false, false, false, false, false);
		assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
	}

	@Test
	void itIsValidFor90DaysFromAnHourAgo() throws Exception {
		X509Certificate certificate = make();
		assertThat(certificate.getNotBefore()).isEqualTo(NOW.minus(Duration.ofHours(1)));
		assertThat(Duration.between(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant()))
			.isEqualTo(Duration.ofDays(90));
	}

	@Test
	void keyAndSerialNumberAreNewEachTime() throws Exception {
		X509Certificate one = make();
		X509Certificate two = make();
		assertThat(one.getPublicKey()).isNotEqualTo(two.getPublicKey());
		assertThat(one.getSerialNumber()).isNotEqualTo(two.getSerialNumber()).isPositive();
	}

	@Test
	void itIsServedWhereItIsAskedFor() throws Exception {
		try (TestServer server = TestServer.start("hardened.certificate.self-signed=true");
				TestClient client = TestClient.tls(server.port())) {
			assertThat(client.serverCertificate().getSubjectX500Principal().getName()).contains("CN=localhost");
		}
	}

	private static X509Certificate make() throws Exception {
		KeyStore keyStore = new SelfSignedCertificate(Clock.fixed(NOW, ZoneOffset.UTC)).load()
			.getStores()
			.getKeyStore();
		assertThat(keyStore.getKey("localhost", null)).isNotNull();
		return (X509Certificate) keyStore.getCertificate("localhost");
	}

}
