package io.github.hardenedhttp.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.ConnectionLife;
import io.github.hardenedhttp.undertow.ConnectionObserver;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

class SelfTestTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void aHardenedServerShowsWhatItsPolicySays(WebApplicationType type) {
		try (TestServer server = TestServer.startWith(type, List.of(CountingObserver.class),
				"hardened.checks.self-test=true", "hardened.redirect.port=0")) {
			SelfTestResult result = resultOf(server);
			assertThat(result.problems()).isEmpty();
			SelfTestResult.Tls tls = result.tls();
			assertThat(tls.accepted()).containsExactly("TLSv1.2", "TLSv1.3");
			assertThat(tls.refused()).containsExactly("TLSv1", "TLSv1.1");
			assertThat(tls.suites().get("TLSv1.3")).containsExactly("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
					"TLS_CHACHA20_POLY1305_SHA256");
			assertThat(tls.suites().get("TLSv1.2")).containsExactly("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
					"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
			assertThat(tls.groups()).contains("x25519", "secp256r1", "secp384r1")
				.doesNotContain("secp521r1", "x448", "ffdhe2048");
			assertThat(tls.protocol()).isEqualTo("TLSv1.3");
			assertThat(tls.alpn()).isEqualTo("h2");
			assertThat(tls.chain()).singleElement().satisfies((certificate) -> {
				assertThat(certificate.subject()).isEqualTo("O=hardened-http development,CN=localhost");
				assertThat(certificate.names()).contains("localhost", "127.0.0.1");
				assertThat(certificate.notAfter()).endsWith("Z");
			});
			assertThat(tls.strictTransportSecurity()).isEqualTo("max-age=63072000");
			assertThat(result.redirect().status()).isEqualTo(308);
			assertThat(result.redirect().location()).isEqualTo("https://localhost:%d/".formatted(server.port()));
		}
	}

	@Test
	void nobodyCountsIt() throws IOException {
		try (TestServer server = TestServer.startWith(List.of(CountingObserver.class), "hardened.checks.self-test=true",
				"hardened.redirect.port=0")) {
			resultOf(server);
			AtomicInteger opened = server.bean(CountingObserver.class).opened;
			assertThat(opened).hasValue(0);
			try (TestClient client = TestClient.tls(server.port())) {
				client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
				await().untilAsserted(() -> assertThat(opened).hasValue(1));
			}
		}
	}

	@Test
	void everyNameWithACertificateIsAskedFor() {
		TestCertificates.PemFiles one = TestCertificates.ecdsa("one.example").writePem(directory("one"));
		TestCertificates.PemFiles other = TestCertificates.ecdsa("other.example").writePem(directory("other"));
		try (TestServer server = TestServer.start("hardened.checks.self-test=true", bundle("one", one, "certificate"),
				bundle("one", one, "private-key"), "server.ssl.bundle=one", bundle("other", other, "certificate"),
				bundle("other", other, "private-key"), "server.ssl.server-name-bundles[0].server-name=one.example",
				"server.ssl.server-name-bundles[0].bundle=one",
				"server.ssl.server-name-bundles[1].server-name=other.example",
				"server.ssl.server-name-bundles[1].bundle=other",
				"server.ssl.server-name-bundles[2].server-name=two.example",
				"server.ssl.server-name-bundles[2].bundle=one")) {
			SelfTestResult result = resultOf(server);
			assertThat(result.problems()).isEmpty();
			assertThat(result.tls().serverNames())
				.extracting(SelfTestResult.ServerName::name, (each) -> each.certificate().names())
				.containsExactly(tuple("one.example", List.of("one.example")),
						tuple("other.example", List.of("other.example")), tuple("two.example", List.of("one.example")));
			HardeningCheck check = Checked.check(new SelfTestChecks(() -> result, true), "server-names");
			assertThat(check.verdict()).isEqualTo(Verdict.WARN);
			assertThat(check.grade()).isEqualTo(Grade.T);
			assertThat(check.why()).contains("two.example is shown the certificate of CN=one.example");
		}
	}

	private Path directory(String name) {
		try {
			return Files.createDirectory(this.directory.resolve(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String bundle(String name, TestCertificates.PemFiles files, String part) {
		return "spring.ssl.bundle.pem.%s.keystore.%s=%s".formatted(name, part,
				part.equals("certificate") ? files.certificate() : files.privateKey());
	}

	@Test
	void withoutTlsThereIsNoneToSee() {
		try (TestServer server = TestServer.start("hardened.checks.self-test=true", "hardened.tls.enabled=false",
				"hardened.certificate.self-signed=false")) {
			SelfTestResult result = resultOf(server);
			assertThat(result.tls()).isNull();
			assertThat(result.redirect()).isNull();
			assertThat(result.problems()).isEmpty();
		}
	}

	@Test
	void modernRefusesTls12() {
		try (TestServer server = TestServer.start("hardened.checks.self-test=true", "hardened.tls.profile=modern",
				"hardened.hsts.enabled=false")) {
			SelfTestResult.Tls tls = resultOf(server).tls();
			assertThat(tls.accepted()).containsExactly("TLSv1.3");
			assertThat(tls.suites()).containsOnlyKeys("TLSv1.3");
			assertThat(tls.strictTransportSecurity()).isNull();
		}
	}

	@Test
	void aWeakServerIsSeenAsSuch() throws IOException {
		try (WeakServer server = WeakServer.start(this.directory)) {
			SelfTestResult result = run(server.port(), null, SelfTest.PATIENCE.toMillis());
			SelfTestResult.Tls tls = result.tls();
			assertThat(tls.accepted()).as(result.problems().toString()).containsExactly("TLSv1", "TLSv1.1", "TLSv1.2");
			assertThat(tls.refused()).containsExactly("TLSv1.3");
			assertThat(tls.suites().get("TLSv1.2")).contains("TLS_RSA_WITH_AES_128_CBC_SHA",
					"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA");
			assertThat(tls.groups()).contains("secp521r1");
			assertThat(tls.alpn()).isNull();
			assertThat(tls.strictTransportSecurity()).isNull();
			SelfTestChecks checks = new SelfTestChecks(() -> result, true);
			assertThat(Checked.verdict(checks, "protocols")).isEqualTo(Verdict.FAIL);
			assertThat(Checked.check(checks, "protocols").grade()).isEqualTo(Grade.B);
			assertThat(Checked.verdict(checks, "cipher-suites")).isEqualTo(Verdict.FAIL);
			assertThat(Checked.verdict(checks, "groups")).isEqualTo(Verdict.WARN);
			assertThat(Checked.verdict(checks, "strict-transport-security")).isEqualTo(Verdict.WARN);
		}
	}

	@Test
	void whoRedirectsNowhereIsSeen() throws IOException {
		try (ServerSocket plain = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
			SelfTestResult result = redirectOf(plain.getLocalPort());
			assertThat(result.redirect().status()).isEqualTo(200);
			assertThat(result.redirect().location()).isNull();
			assertThat(Checked.verdict(new SelfTestChecks(() -> result, true), "redirect")).isEqualTo(Verdict.WARN);
		}
	}

	@Test
	void whoNeverAnswersDoesNotHoldIt() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			SelfTestResult result = run(silent.getLocalPort(), null, 50);
			assertThat(result.problems()).hasSize(5);
			assertThat(result.tls().accepted()).isEmpty();
			assertThat(result.millis()).isLessThan(SelfTest.LIMIT.toMillis());
			SelfTestChecks checks = new SelfTestChecks(() -> result, true);
			assertThat(Checked.verdict(checks, "problems")).isEqualTo(Verdict.WARN);
			assertThat(Checked.verdict(checks, "protocols")).isEqualTo(Verdict.WARN);
		}
	}

	@Test
	void whoSpeaksNoTlsIsSeen() throws IOException {
		try (ServerSocket plain = answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) {
			SelfTestResult result = run(plain.getLocalPort(), null, 200);
			assertThat(result.tls().accepted()).isEmpty();
		}
	}

	private static SelfTestResult resultOf(TestServer server) {
		SelfTests tests = server.bean(SelfTests.class);
		await().atMost(Duration.ofSeconds(30)).until(() -> tests.latest() != null);
		return tests.latest();
	}

	private static SelfTestResult redirectOf(int port) {
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		return new SelfTest((server) -> connect(server, 20_000), Clock.systemUTC()).run(address, false, List.of(),
				address, "a.example");
	}

	private static SelfTestResult run(int port, @Nullable InetSocketAddress redirect, long patience) {
		return new SelfTest((server) -> connect(server, patience), Clock.systemUTC())
			.run(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), true, List.of(), redirect, null);
	}

	private static Socket connect(InetSocketAddress server, long patience) throws IOException {
		Socket socket = new Socket(server.getAddress(), server.getPort());
		socket.setSoTimeout((int) patience);
		return socket;
	}

	private static ServerSocket answering(String answer) throws IOException {
		ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread thread = new Thread(() -> {
			while (true) {
				try (Socket client = server.accept(); OutputStream out = client.getOutputStream()) {
					out.write(answer.getBytes());
					out.flush();
					client.getInputStream().read(new byte[4096]);
				}
				catch (IOException ex) {
					if (server.isClosed()) {
						return;
					}
				}
			}
		}, "answering");
		thread.setDaemon(true);
		thread.start();
		return server;
	}

	static final class CountingObserver implements ConnectionObserver {

		private final AtomicInteger opened = new AtomicInteger();

		@Override
		public ConnectionLife opened(GuardedConnection connection) {
			this.opened.incrementAndGet();
			return new ConnectionLife() {
			};
		}

	}

}
