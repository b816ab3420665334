package io.github.hardenedhttp.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.testsupport.TlsProbe;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@ExtendWith(OutputCaptureExtension.class)
class UndertowTlsCustomizerTests {

	private static final String BAD_CERTIFICATE_ACTION = "Point %s to a readable private key and its certificate: "
			+ "ECDSA P-256 or P-384, or RSA with at least 2048 bits, signed with SHA-256 or better.";

	private final TestCertificates certificate = TestCertificates.ecdsa("localhost");

	@TempDir
	private Path directory;

	// Where the certificate comes from

	@Test
	void aKeyStoreInServerSslIsServed() throws Exception {
		serves(this.certificate, keyStore(this.certificate));
	}

	@Test
	void pemFilesInServerSslAreServed() throws Exception {
		PemFiles pem = this.certificate.writePem(this.directory);
		serves(this.certificate, "server.ssl.certificate=" + pem.certificate(),
				"server.ssl.certificate-private-key=" + pem.privateKey());
	}

	@Test
	void aPemBundleIsServed() throws Exception {
		serves(this.certificate, pemBundle("own", this.certificate, "server.ssl.bundle=own"));
	}

	@Test
	void aKeyStoreBundleIsServed() throws Exception {
		Path file = this.certificate.writeKeyStore(this.directory.resolve("bundle.p12"));
		serves(this.certificate, "server.ssl.bundle=own", "spring.ssl.bundle.jks.own.keystore.location=" + file,
				"spring.ssl.bundle.jks.own.keystore.password=" + TestCertificates.PASSWORD,
				"spring.ssl.bundle.jks.own.key.alias=" + TestCertificates.ALIAS);
	}

	@Test
	void anRsaCertificateIsServed() throws Exception {
		TestCertificates rsa = TestCertificates.rsa(2048, "localhost");
		serves(rsa, keyStore(rsa));
	}

	private static void serves(TestCertificates certificate, String... properties) throws Exception {
		try (TestServer server = TestServer.start(properties); TestClient client = TestClient.tls(server.port())) {
			assertThat(client.serverCertificate()).isEqualTo(certificate.certificate());
			assertThat(client.get("/hello")).endsWith("hello");
			assertThat(server.bean(ServerTls.class).certificates()).containsExactly(certificate.certificate());
			assertThat(TlsProbe.of(server.port()).groups("secp521r1", "ffdhe2048").ask().refused()).isTrue();
		}
	}

	@Test
	void eachServerNameHasItsBundleAndThePolicy() throws Exception {
		TestCertificates one = TestCertificates.ecdsa("one.example");
		TestCertificates two = TestCertificates.ecdsa("*.two.example");
		String[] properties = concat(pemBundle("main", this.certificate, "server.ssl.bundle=main"),
				concat(pemBundle("one", one, "server.ssl.server-name-bundles[0].server-name=one.example",
						"server.ssl.server-name-bundles[0].bundle=one"),
						pemBundle("two", two, "server.ssl.server-name-bundles[1].server-name=*.two.example",
								"server.ssl.server-name-bundles[1].bundle=two", "hardened.tls.profile=modern")));
		try (TestServer server = TestServer.start(properties)) {
			assertThat(servedTo(server, "one.example")).isEqualTo(one.certificate());
			assertThat(servedTo(server, "www.two.example")).isEqualTo(two.certificate());
			assertThat(servedTo(server, "else.example")).isEqualTo(this.certificate.certificate());
			for (String name : List.of("one.example", "www.two.example", "else.example")) {
				assertThat(TlsProbe.of(server.port()).serverName(name).version(TlsProbe.TLS_1_2).ask().alert()).as(name)
					.isEqualTo(70);
				if (TestServer.ENGINE.equals("jdk")) {
					assertThat(TlsProbe.of(server.port())
						.serverName(name)
						.version(TlsProbe.TLS_1_3)
						.suites("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")
						.ask()
						.suite()).as(name).isEqualTo("TLS_AES_128_GCM_SHA256");
				}
				assertThat(TlsProbe.of(server.port())
					.serverName(name)
					.version(TlsProbe.TLS_1_3)
					.groups("secp521r1", "x448", "ffdhe2048")
					.ask()
					.refused()).as(name).isTrue();
			}
		}
	}

	private static X509Certificate servedTo(TestServer server, String name) throws Exception {
		try (TestClient client = TestClient.tls(server.port(), (offer) -> {
			offer.setServerNames(List.of(new SNIHostName(name)));
			offer.setApplicationProtocols(new String[] { "h2" });
		})) {
			assertThat(client.applicationProtocol()).isEqualTo("h2");
			return client.serverCertificate();
		}
	}

	@Test
	void clientCertificatesCanBeRequired() throws Exception {
		TestCertificates client = TestCertificates.ecdsa("client");
		PemFiles trusted = client.writePem(Files.createDirectory(this.directory.resolve("client")));
		try (TestServer server = TestServer
			.start(pemBundle("own", this.certificate, "server.ssl.bundle=own", "server.ssl.client-auth=need",
					"spring.ssl.bundle.pem.own.truststore.certificate=" + trusted.certificate()))) {
			assertThatIOException().isThrownBy(() -> {
				try (TestClient without = TestClient.tls(server.port())) {
					without.get("/hello");
				}
			});
			try (TestClient with = TestClient.tls(server.port(), presenting(client), (offer) -> {
			})) {
				assertThat(with.get("/hello")).endsWith("hello");
			}
		}
	}

	@Test
	void theTrustStoreOfTheServerGoesWithTheSelfSignedCertificate() throws Exception {
		asksForThoseOfTheAuthority();
	}

	@Test
	void theTrustStoreOfTheServerGoesWithABundleThatHasNone() throws Exception {
		asksForThoseOfTheAuthority(pemBundle("own", this.certificate, "server.ssl.bundle=own"));
	}

	@Test
	void theTrustStoreOfTheServerGoesWithABundleChosenByName() throws Exception {
		asksForThoseOfTheAuthority(keyStore(this.certificate,
				pemBundle("named", this.certificate, "server.ssl.server-name-bundles[0].server-name=localhost",
						"server.ssl.server-name-bundles[0].bundle=named")));
	}

	private void asksForThoseOfTheAuthority(String... properties) throws Exception {
		TestCertificates authority = TestCertificates.ecdsa("authority").authority();
		PemFiles trusted = authority.writePem(Files.createDirectory(this.directory.resolve("authority")));
		try (TestServer server = TestServer.start(concat(properties, "server.ssl.client-auth=need",
				"server.ssl.trust-certificate=" + trusted.certificate()))) {
			assertThat(hello(server, clientOf(authority))).endsWith("hello");
			TestCertificates stranger = clientOf(TestCertificates.ecdsa("authority").authority());
			assertThatIOException().isThrownBy(() -> hello(server, stranger));
		}
	}

	private static TestCertificates clientOf(TestCertificates authority) {
		return TestCertificates.ecdsa("client").purpose(KeyPurposeId.id_kp_clientAuth).issuedBy(authority);
	}

	private static String hello(TestServer server, TestCertificates certificate) throws IOException {
		try (TestClient client = TestClient.tls(server.port(), TestClient.showing(certificate),
				(offer) -> offer.setServerNames(List.of(new SNIHostName("localhost"))))) {
			return client.get("/hello");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "need", "want" })
	void clientCertificatesOfWhomeverJavaTrustsStopTheStart(String clientAuth, CapturedOutput output) {
		String asked = "server.ssl.client-auth=" + clientAuth;
		FailedStart failure = FailedStart.of(output, asked);
		assertThat(failure.description()).isEqualTo("""
				Invalid value '%s' for configuration property 'server.ssl.client-auth' (originating from \
				'"server.ssl.client-auth" from property source "commandLineArgs"'). Validation failed for the \
				following reason:

				No trust store says whose certificates are meant, and those of any authority Java knows would do. \
				Set 'server.ssl.trust-certificate' to the certificate of yours, or remove the property."""
			.formatted(clientAuth));
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
		assertThat(FailedStart.of(output, keyStore(this.certificate, asked))).isEqualTo(failure);
		assertThat(FailedStart.of(output, pemBundle("own", this.certificate, "server.ssl.bundle=own", asked)))
			.isEqualTo(failure);
	}

	@Test
	void aBundleWithManagersOfItsOwnKnowsWhomToTrust() throws Exception {
		SslManagerBundle own = SslManagerBundle
			.from(TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()));
		ClientTrust nobody = new ClientTrust(true, null);
		assertThat(nobody.isMissingFor(SslBundle.of(SslStoreBundle.NONE))).isTrue();
		assertThat(nobody.isMissingFor(
				SslBundle.of(SslStoreBundle.NONE, SslBundleKey.NONE, SslOptions.NONE, SslBundle.DEFAULT_PROTOCOL, own)))
			.isFalse();
	}

	@Test
	void aTrustStoreThatCannotBeReadStopsTheStart(CapturedOutput output) {
		for (String key : List.of("server.ssl.trust-store", "server.ssl.trust-certificate")) {
			FailedStart failure = FailedStart.of(output, "server.ssl.client-auth=need",
					key + "=" + this.directory.resolve("missing.pem"));
			assertThat(failure.description())
				.startsWith("Invalid value '%s' for configuration property '%s' (originating from "
					.formatted(this.directory.resolve("missing.pem"), key))
				.contains("it cannot be read: ")
				.endsWith("Point it to the certificates of the authorities whose clients are let in.");
			assertThat(failure.lines()).isLessThanOrEqualTo(8);
		}
		assertThat(FailedStart
			.of(output,
					pemBundle("own", this.certificate, "server.ssl.bundle=own", "server.ssl.client-auth=need",
							"spring.ssl.bundle.pem.own.truststore.certificate="
									+ this.directory.resolve("missing.pem")))
			.description()).startsWith("The certificate of the SSL bundle 'own' cannot be served: it cannot be read: ");
	}

	private SSLContext presenting(TestCertificates certificate) throws Exception {
		Path file = certificate.writeKeyStore(this.directory.resolve("client.p12"));
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		char[] password = TestCertificates.PASSWORD.toCharArray();
		factory.init(KeyStore.getInstance(file.toFile(), password), password);
		return TestClient.trustingAnybody(factory.getKeyManagers());
	}

	// Narrower and weaker lists

	@Test
	void narrowerListsOfServerSslAreHonoured() throws Exception {
		try (TestServer server = TestServer.start(keyStore(this.certificate, "server.ssl.enabled-protocols=TLSv1.2",
				"server.ssl.ciphers=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"))) {
			assertThat(TlsProbe.of(server.port()).version(TlsProbe.TLS_1_3).ask().refused()).isTrue();
			assertThat(TlsProbe.of(server.port()).ask().suite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
			assertThat(TlsProbe.of(server.port()).suites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256").ask().refused())
				.isTrue();
		}
	}

	@Test
	@DisabledIfSystemProperty(named = "test.tls.engine", matches = "conscrypt")
	void narrowerListsOfABundleAreHonoured() throws Exception {
		try (TestServer server = TestServer.start(pemBundle("own", this.certificate, "server.ssl.bundle=own",
				"spring.ssl.bundle.pem.own.options.enabled-protocols=TLSv1.3",
				"spring.ssl.bundle.pem.own.options.ciphers=TLS_AES_256_GCM_SHA384"))) {
			assertThat(TlsProbe.of(server.port()).ask().refused()).isTrue();
			assertThat(TlsProbe.of(server.port()).version(TlsProbe.TLS_1_3).ask().suite())
				.isEqualTo("TLS_AES_256_GCM_SHA384");
		}
	}

	@Test
	void olderProtocolsInServerSslStopTheStart(CapturedOutput output) {
		weaker(output, "server.ssl.enabled-protocols", "TLSv1.1,TLSv1.3", "TLSv1.1", "TLSv1.3, TLSv1.2",
				keyStore(this.certificate));
	}

	@Test
	void otherSuitesInServerSslStopTheStart(CapturedOutput output) {
		weaker(output, "server.ssl.ciphers", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
				"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", String.join(", ", TlsProfile.INTERMEDIATE.cipherSuites()),
				keyStore(this.certificate));
	}

	@Test
	void olderProtocolsOfABundleStopTheStart(CapturedOutput output) {
		weaker(output, "spring.ssl.bundle.pem.own.options.enabled-protocols", "TLSv1,TLSv1.1", "TLSv1, TLSv1.1",
				"TLSv1.3, TLSv1.2", pemBundle("own", this.certificate, "server.ssl.bundle=own"));
	}

	@Test
	void otherSuitesOfAServerNameBundleStopTheStart(CapturedOutput output) {
		weaker(output, "spring.ssl.bundle.pem.named.options.ciphers", "TLS_RSA_WITH_AES_128_GCM_SHA256",
				"TLS_RSA_WITH_AES_128_GCM_SHA256", String.join(", ", TlsProfile.INTERMEDIATE.cipherSuites()),
				concat(keyStore(this.certificate),
						pemBundle("named", this.certificate,
								"server.ssl.server-name-bundles[0].server-name=one.example",
								"server.ssl.server-name-bundles[0].bundle=named")));
	}

	private static void weaker(CapturedOutput output, String key, String value, String refused, String allowed,
			String... properties) {
		FailedStart failure = FailedStart.of(output, concat(properties, key + "=" + value));
		assertThat(failure.description()).isEqualTo("""
				Invalid value '%s' for configuration property '%s' (originating from '"%s" from property source \
				"commandLineArgs"'). Validation failed for the following reason:

				The TLS profile 'intermediate' does not allow %s. Remove the property, or leave only what the profile \
				allows: %s.""".formatted(value, key, key, refused, allowed));
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	@Test
	void aListThatLeavesNothingToNegotiateStopsTheStart(CapturedOutput output) {
		assertThat(FailedStart.of(output, keyStore(this.certificate, "server.ssl.ciphers=")).description())
			.contains("'server.ssl.ciphers'", "No client could connect");
		assertThat(FailedStart
			.of(output,
					keyStore(this.certificate, "server.ssl.enabled-protocols=TLSv1.2",
							"server.ssl.ciphers=TLS_AES_128_GCM_SHA256"))
			.description()).contains("'server.ssl.ciphers'", "No client could connect");
		assertThat(FailedStart
			.of(output,
					keyStore(this.certificate, "server.ssl.enabled-protocols=TLSv1.3",
							"server.ssl.ciphers=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"))
			.description()).contains("'server.ssl.ciphers'", "No client could connect");
	}

	// Without TLS, without a certificate

	@Test
	void withoutTlsPlainHttpIsServed() throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.enabled=false",
				"hardened.certificate.self-signed=false"); TestClient client = TestClient.plain(server.port())) {
			assertThat(client.get("/hello")).endsWith("hello");
		}
	}

	@Test
	void aCertificateWithoutTlsStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, keyStore(this.certificate, "hardened.tls.enabled=false"));
		assertThat(failure.description()).isEqualTo("""
				Invalid value 'false' for configuration property 'hardened.tls.enabled' (originating from \
				'"hardened.tls.enabled" from property source "commandLineArgs"'). Validation failed for the following \
				reason:

				But 'server.ssl.*' configures a certificate. Remove those properties, or 'hardened.tls.enabled'.""");
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	@Test
	void tlsTurnedOffForBootAloneStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "server.ssl.enabled=false");
		assertThat(failure.description()).contains("'server.ssl.enabled'")
			.endsWith("Remove the property, or set 'hardened.tls.enabled' to false.");
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	@Test
	void aWeakerListBesideTheSelfSignedCertificateStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "server.ssl.enabled-protocols=TLSv1.1,TLSv1.3");
		assertThat(failure.description()).contains("'server.ssl.enabled-protocols'", "does not allow TLSv1.1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "server.ssl.enabled=true" })
	void noCertificateStopsTheStartAndShowsTheWaysOut(String more, CapturedOutput output) {
		FailedStart failure = FailedStart.of(output,
				more.isEmpty() ? new String[] { "hardened.certificate.self-signed=false" }
						: new String[] { "hardened.certificate.self-signed=false", more });
		assertThat(failure).isEqualTo(new FailedStart(
				"The server has no certificate, and a hardened server speaks TLS.",
				"""
						Choose one:
						- a certificate of your own: set 'server.ssl.bundle' to the name of an SSL bundle ('spring.ssl.bundle.pem.*')
						- one that gets and renews itself: set 'hardened.acme.enabled' to true, with 'hardened.acme.domains'
						- for development: set 'hardened.certificate.self-signed' to true
						- behind a balancer that terminates TLS: set 'hardened.tls.enabled' to false"""));
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	// Certificates that cannot be served

	@Test
	void shortRsaKeysStopTheStart(CapturedOutput output) {
		unusable(output, "'server.ssl.*'", "its RSA key has 1024 bits, fewer than 2048",
				keyStore(TestCertificates.rsa(1024, "localhost")));
	}

	@Test
	void sha1StopsTheStart(CapturedOutput output) {
		unusable(output, "'server.ssl.*'", "it is signed with SHA1withRSA, which no client trusts",
				keyStore(TestCertificates.rsa(2048, "localhost").sha1()));
		unusable(output, "the SSL bundle 'own'", "it is signed with SHA1withECDSA, which no client trusts",
				pemBundle("own", TestCertificates.ecdsa("localhost").sha1(), "server.ssl.bundle=own"));
	}

	@Test
	void aKeyOfAnotherCertificateStopsTheStart(CapturedOutput output) {
		PemFiles one = this.certificate.writePem(this.directory);
		String[] properties = pemBundle("own", TestCertificates.ecdsa("localhost"), "server.ssl.bundle=own",
				"spring.ssl.bundle.pem.own.keystore.private-key=" + one.privateKey());
		unusable(output, "the SSL bundle 'own'", "the private key does not belong to the certificate", properties);
	}

	@Test
	void aChainThatIsOutOfOrderStopsTheStart(CapturedOutput output) throws IOException {
		TestCertificates root = TestCertificates.ecdsa("root").authority();
		TestCertificates authority = TestCertificates.ecdsa("authority").authority().issuedBy(root);
		TestCertificates own = TestCertificates.ecdsa("localhost").issuedBy(authority);
		String[] properties = pemBundle("own", own, "server.ssl.bundle=own");
		Path chain = this.directory.resolve("own").resolve("certificate.pem");
		String end = "-----END CERTIFICATE-----\n";
		String[] certificates = Files.readString(chain).split(end);
		Files.writeString(chain, certificates[1] + end + certificates[0] + end);
		unusable(output, "the SSL bundle 'own'",
				"its chain is out of order: first comes the server's certificate, then the one that issued it",
				properties);
	}

	@Test
	void aChainWithAnIssuerOfTheSameNameStopsTheStart(CapturedOutput output) {
		TestCertificates root = TestCertificates.ecdsa("root").authority();
		TestCertificates authority = TestCertificates.ecdsa("authority").authority().issuedBy(root);
		TestCertificates before = TestCertificates.ecdsa("authority").authority().issuedBy(root);
		String[] properties = pemBundle("own", TestCertificates.ecdsa("localhost").issuedBy(authority),
				"server.ssl.bundle=own");
		TestCertificates.ecdsa("localhost").issuedBy(before).chainTo(authority).writePem(this.directory.resolve("own"));
		unusable(output, "the SSL bundle 'own'", "its chain is out of order: certificate 2 did not issue certificate 1",
				properties);
	}

	@Test
	void aWeakAuthorityStopsTheStart(CapturedOutput output) {
		TestCertificates root = TestCertificates.ecdsa("root").authority();
		TestCertificates authority = TestCertificates.rsa(1024, "authority").authority().issuedBy(root);
		unusable(output, "the SSL bundle 'own'", "an authority's RSA key has 1024 bits, fewer than 2048",
				pemBundle("own", TestCertificates.ecdsa("localhost").issuedBy(authority), "server.ssl.bundle=own"));
	}

	@Test
	void aCertificateWithoutNamesStopsTheStart(CapturedOutput output) {
		unusable(output, "'server.ssl.*'", "it has no subject alternative name, without which no client accepts it",
				keyStore(TestCertificates.ecdsa("localhost").withoutNames()));
	}

	@Test
	void aKeyOfAnotherKindStopsTheStart(CapturedOutput output) {
		PemFiles one = TestCertificates.rsa(2048, "localhost").writePem(this.directory);
		String[] properties = pemBundle("own", this.certificate, "server.ssl.bundle=own",
				"spring.ssl.bundle.pem.own.keystore.private-key=" + one.privateKey());
		unusable(output, "the SSL bundle 'own'", "the private key does not belong to the certificate", properties);
	}

	@Test
	void anUnknownAliasStopsTheStart(CapturedOutput output) {
		unusable(output, "'server.ssl.*'", "it has no private key with the alias 'nobody'",
				keyStore(this.certificate, "server.ssl.key-alias=nobody"));
	}

	@Test
	void aWrongPasswordStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, keyStore(this.certificate, "server.ssl.key-store-password=wrong"));
		assertThat(failure.description())
			.isEqualTo("The certificate of 'server.ssl.*' cannot be served: its password is wrong.");
		assertThat(failure.action()).isEqualTo(BAD_CERTIFICATE_ACTION.formatted("'server.ssl.*'"));
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	@Test
	void aMissingFileStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "server.ssl.key-store=" + this.directory.resolve("missing.p12"));
		assertThat(failure.description())
			.startsWith("The certificate of 'server.ssl.*' cannot be served: it cannot be read: ")
			.contains("missing.p12");
		failure = FailedStart.of(output, "server.ssl.bundle=own",
				"spring.ssl.bundle.pem.own.keystore.certificate=" + this.directory.resolve("missing.pem"),
				"spring.ssl.bundle.pem.own.keystore.private-key=" + this.directory.resolve("missing.key"));
		assertThat(failure.description())
			.startsWith("The certificate of the SSL bundle 'own' cannot be served: it cannot be read: ")
			.contains("missing.");
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	@Test
	void aBundleWithoutAKeyStopsTheStart(CapturedOutput output) {
		PemFiles pem = this.certificate.writePem(this.directory);
		unusable(output, "the SSL bundle 'own'", "it has no private key", "server.ssl.bundle=own",
				"spring.ssl.bundle.pem.own.truststore.certificate=" + pem.certificate());
	}

	@Test
	void aBundleThatDoesNotExistStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, pemBundle("other", this.certificate, "server.ssl.bundle=nowhere"));
		assertThat(failure).isEqualTo(new FailedStart("There is no SSL bundle 'nowhere'.",
				"Define it with 'spring.ssl.bundle.pem.nowhere.*' or 'spring.ssl.bundle.jks.nowhere.*', or name one that exists."));
	}

	private static void unusable(CapturedOutput output, String source, String problem, String... properties) {
		FailedStart failure = FailedStart.of(output, properties);
		assertThat(failure)
			.isEqualTo(new FailedStart("The certificate of %s cannot be served: %s.".formatted(source, problem),
					BAD_CERTIFICATE_ACTION.formatted(source)));
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	private String[] keyStore(TestCertificates certificate, String... more) {
		Path file = certificate.writeKeyStore(this.directory.resolve("server.p12"));
		return concat(new String[] { "server.ssl.key-store=" + file,
				"server.ssl.key-store-password=" + TestCertificates.PASSWORD }, more);
	}

	private String[] pemBundle(String name, TestCertificates certificate, String... more) {
		Path files = this.directory.resolve(name);
		files.toFile().mkdir();
		PemFiles pem = certificate.writePem(files);
		String prefix = "spring.ssl.bundle.pem." + name + ".keystore.";
		return concat(new String[] { prefix + "certificate=" + pem.certificate(),
				prefix + "private-key=" + pem.privateKey() }, more);
	}

	private static String[] concat(String[] first, String... second) {
		return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
	}

}
