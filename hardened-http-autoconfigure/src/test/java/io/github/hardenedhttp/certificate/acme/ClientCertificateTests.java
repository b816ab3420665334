package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Clients that show a certificate of a private authority to a server whose own is ordered
 * from a public one.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientCertificateTests {

	private final TestCertificates authority = TestCertificates.ecdsa("authority").authority();

	private final TestCertificates known = clientOf(this.authority);

	private final TestCertificates stranger = clientOf(TestCertificates.ecdsa("authority").authority());

	@TempDir
	private Path directory;

	private Path trustCertificate;

	@BeforeEach
	void write() {
		this.trustCertificate = this.authority.writePem(this.directory).certificate();
	}

	@ParameterizedTest
	@ValueSource(strings = { "need", "want" })
	void thoseOfThePrivateAuthorityAreLetInAndNoOthersAlsoAfterARenewal(String clientAuth) throws Exception {
		lets("server.ssl.client-auth=" + clientAuth, "server.ssl.trust-certificate=" + this.trustCertificate);
	}

	@Test
	void theAuthorityCanBeInAKeyStore() throws Exception {
		Path file = this.directory.resolve("trust.p12");
		char[] password = TestCertificates.PASSWORD.toCharArray();
		KeyStore trustStore = KeyStore.getInstance("PKCS12");
		trustStore.load(null, null);
		trustStore.setCertificateEntry("authority", this.authority.certificate());
		try (OutputStream out = Files.newOutputStream(file)) {
			trustStore.store(out, password);
		}
		lets("server.ssl.client-auth=need", "server.ssl.trust-store=" + file, "server.ssl.trust-store-type=PKCS12",
				"server.ssl.trust-store-password=" + TestCertificates.PASSWORD);
	}

	private void lets(String... properties) throws Exception {
		try (TestServer server = TestServer.startWith(List.of(Unreachable.class), acme(properties))) {
			letsInTheKnownOnly(server).close();
			StoredCertificate renewed = new FakeAuthority().certificate("www.example");
			WantedCertificate wanted = server.bean(AcmePlan.class).certificates().get(0);
			server.bean(AcmeBundles.class).update(wanted, renewed);
			try (TestClient client = letsInTheKnownOnly(server)) {
				assertThat(client.serverCertificate()).isEqualTo(renewed.certificate());
			}
			// Others who use it trust whom they trusted.
			assertThat(server.bean(SslBundles.class).getBundle("acme").getStores().getTrustStore()).isNull();
		}
	}

	private TestClient letsInTheKnownOnly(TestServer server) throws IOException {
		assertThatIOException().isThrownBy(() -> {
			try (TestClient client = connect(server, this.stranger)) {
				client.get("/hello");
			}
		});
		TestClient client = connect(server, this.known);
		assertThat(client.get("/hello")).endsWith("hello");
		return client;
	}

	private static TestClient connect(TestServer server, TestCertificates shown) throws IOException {
		return TestClient.tls(server.port(), TestClient.showing(shown), (offer) -> {
		});
	}

	@Test
	void withoutAnAuthorityForClientsTheStartFails(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, acme("server.ssl.client-auth=need"));
		assertThat(failure.description()).isEqualTo("""
				Invalid value 'need' for configuration property 'server.ssl.client-auth' (originating from \
				'"server.ssl.client-auth" from property source "commandLineArgs"'). Validation failed for the \
				following reason:

				No trust store says whose certificates are meant, and those of any authority Java knows would do. \
				Set 'server.ssl.trust-certificate' to the certificate of yours, or remove the property.""");
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	private String[] acme(String... more) {
		List<String> properties = new ArrayList<>(List.of("hardened.certificate.self-signed=false",
				"hardened.acme.enabled=true", "hardened.acme.directory-url=https://127.0.0.1:1/dir",
				"hardened.acme.domains=www.example", "hardened.acme.accept-terms-of-service=true",
				"hardened.acme.storage=" + this.directory.resolve("acme"), "hardened.redirect.port=0",
				"hardened.tls.sni-host-check=false"));
		properties.addAll(List.of(more));
		return properties.toArray(String[]::new);
	}

	private static TestCertificates clientOf(TestCertificates authority) {
		return TestCertificates.ecdsa("client").purpose(KeyPurposeId.id_kp_clientAuth).issuedBy(authority);
	}

	/**
	 * So that what is served at first is the placeholder, and nobody replaces what the
	 * test serves.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Unreachable {

		@Bean
		CertificateAuthority unreachable() {
			FakeAuthority authority = new FakeAuthority();
			authority.failure = new OrderFailedException(OrderResult.UNREACHABLE, "Nobody is there", null, null);
			return authority;
		}

	}

}
