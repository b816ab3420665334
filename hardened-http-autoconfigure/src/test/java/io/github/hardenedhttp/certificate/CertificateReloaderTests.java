package io.github.hardenedhttp.certificate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SNIHostName;

import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.tls.ServerTls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class CertificateReloaderTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final TestCertificates first = TestCertificates.ecdsa("localhost");

	private final TestCertificates second = TestCertificates.ecdsa("localhost");

	@TempDir
	private Path main;

	@TempDir
	private Path named;

	private TestServer server;

	@BeforeEach
	void start() {
		PemFiles main = this.first.writePem(this.main);
		PemFiles named = this.first.writePem(this.named);
		this.server = TestServer.start("server.ssl.bundle=main",
				"spring.ssl.bundle.pem.main.keystore.certificate=" + main.certificate(),
				"spring.ssl.bundle.pem.main.keystore.private-key=" + main.privateKey(),
				"spring.ssl.bundle.pem.main.reload-on-update=true",
				"server.ssl.server-name-bundles[0].server-name=named.example",
				"server.ssl.server-name-bundles[0].bundle=named",
				"spring.ssl.bundle.pem.named.keystore.certificate=" + named.certificate(),
				"spring.ssl.bundle.pem.named.keystore.private-key=" + named.privateKey(),
				"spring.ssl.bundle.pem.named.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=500ms");
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void theNextHandshakeHasTheNewCertificateAndAnOpenConnectionLivesOn() throws Exception {
		try (TestClient open = TestClient.tls(this.server.port())) {
			assertThat(open.get("/hello")).endsWith("hello");
			assertThat(open.serverCertificate()).isEqualTo(this.first.certificate());
			this.second.writePem(this.main);
			awaitServed("localhost", this.second);
			assertThat(open.get("/hello")).endsWith("hello");
			assertThat(served("named.example")).isEqualTo(this.first.certificate());
			assertThat(this.server.bean(ServerTls.class).certificates())
				.containsExactlyInAnyOrder(this.second.certificate(), this.first.certificate());
		}
	}

	@Test
	void theCertificateOfAServerNameIsReplacedToo(CapturedOutput output) throws Exception {
		this.second.writePem(this.named);
		awaitServed("named.example", this.second);
		assertThat(served("localhost")).isEqualTo(this.first.certificate());
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(output)
				.contains("The certificate of the SSL bundle 'named' is replaced: serial number "
						+ this.second.certificate().getSerialNumber().toString(16)));
	}

	@Test
	void garbageIsRefused(CapturedOutput output) throws Exception {
		Files.writeString(this.main.resolve("certificate.pem"), "no certificate");
		unreadable(output);
	}

	@Test
	void aTruncatedCertificateIsRefused(CapturedOutput output) throws Exception {
		Path file = this.main.resolve("certificate.pem");
		String pem = Files.readString(file);
		Files.writeString(file, pem.substring(0, pem.length() / 2));
		unreadable(output);
	}

	@Test
	void aKeyThatIsGoneIsRefused(CapturedOutput output) throws Exception {
		Files.delete(this.main.resolve("key.pem"));
		unreadable(output);
	}

	@Test
	void aCertificateOfAnotherKeyIsRefused(CapturedOutput output) throws Exception {
		PemFiles other = this.second.writePem(Files.createDirectory(this.main.resolve("other")));
		Files.copy(other.certificate(), this.main.resolve("certificate.pem"), StandardCopyOption.REPLACE_EXISTING);
		refused(output);
		assertThat(output).contains(
				"cannot be served, the old one still is: " + "the private key does not belong to the certificate");
	}

	@Test
	void aWeakCertificateIsRefused(CapturedOutput output) throws Exception {
		TestCertificates.rsa(1024, "localhost").writePem(this.main);
		refused(output);
	}

	/**
	 * What Boot cannot read it reports itself, with a stack trace, and tells no handler
	 * ({@code SslPropertiesBundleRegistrar#watchForUpdates}).
	 */
	private void unreadable(CapturedOutput output) throws Exception {
		oldOneStays(output, "Unexpected SSL reload error");
	}

	private void refused(CapturedOutput output) throws Exception {
		oldOneStays(output, "The new certificate of the SSL bundle 'main' cannot be served, the old one still is: ");
		assertThat(output).doesNotContain("\tat ");
	}

	private void oldOneStays(CapturedOutput output, String report) throws Exception {
		await().atMost(PATIENCE).until(() -> output.getAll().contains(report));
		assertThat(served("localhost")).isEqualTo(this.first.certificate());
		assertThat(output.getAll().lines().filter((line) -> line.contains(" ERROR "))).hasSize(1);
		this.second.writePem(this.main);
		awaitServed("localhost", this.second);
	}

	@Test
	void noRequestFailsWhileCertificatesAreReplaced() throws Exception {
		ExecutorService clients = Executors.newFixedThreadPool(4);
		AtomicBoolean running = new AtomicBoolean(true);
		AtomicInteger answered = new AtomicInteger();
		List<Future<?>> results = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			boolean keepAlive = i % 2 == 0;
			results.add(clients.submit(() -> {
				while (running.get()) {
					try (TestClient client = TestClient.tls(this.server.port())) {
						for (int request = 0; request < (keepAlive ? 50 : 1); request++) {
							assertThat(client.get("/hello")).endsWith("hello");
							answered.incrementAndGet();
						}
					}
				}
				return null;
			}));
		}
		for (int i = 0; i < 10; i++) {
			TestCertificates next = TestCertificates.ecdsa("localhost");
			next.writePem(this.main);
			awaitServed("localhost", next);
		}
		running.set(false);
		for (Future<?> result : results) {
			result.get(20, TimeUnit.SECONDS);
		}
		clients.shutdown();
		assertThat(answered.get()).isGreaterThan(100);
	}

	@Test
	void whatChangesBetweenTheMakingOfAServerAndItsStartIsServed(@TempDir Path directory) throws Exception {
		Hasty.files = this.second.writePem(directory);
		PemFiles main = this.first.writePem(this.main);
		try (TestServer hasty = TestServer.startWith(List.of(Hasty.class), "server.ssl.bundle=main",
				"spring.ssl.bundle.pem.main.keystore.certificate=" + main.certificate(),
				"spring.ssl.bundle.pem.main.keystore.private-key=" + main.privateKey());
				TestClient client = TestClient.tls(hasty.port())) {
			assertThat(client.serverCertificate()).isEqualTo(this.second.certificate());
		}
	}

	/**
	 * Java would take over, and any authority it knows with it.
	 */
	@Test
	void aBundleThatLosesTheTrustStoreForItsClientsIsRefused(CapturedOutput output, @TempDir Path directory)
			throws Exception {
		PemFiles files = this.first.writePem(directory);
		try (TestServer asking = TestServer.start("server.ssl.bundle=main", "server.ssl.client-auth=need",
				"spring.ssl.bundle.pem.main.keystore.certificate=" + files.certificate(),
				"spring.ssl.bundle.pem.main.keystore.private-key=" + files.privateKey(),
				"spring.ssl.bundle.pem.main.truststore.certificate=" + files.certificate())) {
			asking.bean(SslBundleRegistry.class).updateBundle("main", bundle(this.second.writePem(directory)));
			assertThat(output).contains("The new certificate of the SSL bundle 'main' cannot be served, the old one "
					+ "still is: it has no trust store, and clients are asked for a certificate");
			try (TestClient client = TestClient.tls(asking.port(), TestClient.showing(this.first), (offer) -> {
			})) {
				assertThat(client.get("/hello")).endsWith("hello");
				assertThat(client.serverCertificate()).isEqualTo(this.first.certificate());
			}
		}
	}

	private static SslBundle bundle(PemFiles files) {
		return SslBundle.of(new PemSslStoreBundle(PemSslStoreDetails.forCertificate(files.certificate().toString())
			.withPrivateKey(files.privateKey().toString()), null));
	}

	/**
	 * Changes a bundle as soon as there are beans, when the server is made and has not
	 * started.
	 */
	static class Hasty implements SmartInitializingSingleton {

		private static PemFiles files;

		private final SslBundleRegistry registry;

		Hasty(SslBundleRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void afterSingletonsInstantiated() {
			this.registry.updateBundle("main", bundle(files));
		}

	}

	private void awaitServed(String name, TestCertificates certificate) {
		await().atMost(PATIENCE).until(() -> served(name).equals(certificate.certificate()));
	}

	private X509Certificate served(String name) throws Exception {
		try (TestClient client = TestClient.tls(this.server.port(),
				(offer) -> offer.setServerNames(List.of(new SNIHostName(name))))) {
			return client.serverCertificate();
		}
	}

}
