package io.github.hardenedhttp.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.testsupport.TlsProbe;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

class HandshakeMetricsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static TestServer shared;

	private TestServer server;

	private MeterRegistry registry;

	private Map<String, Integer> before;

	@BeforeAll
	static void startShared() {
		shared = TestServer.start("hardened.timeout.handshake=60s");
	}

	@AfterAll
	static void stopShared() {
		shared.close();
	}

	@BeforeEach
	void useShared() {
		use(shared);
	}

	@AfterEach
	void stop() {
		if (this.server != shared) {
			this.server.close();
		}
	}

	private void start(String... properties) {
		use(TestServer.start(properties));
	}

	private void use(TestServer server) {
		this.server = server;
		this.registry = server.bean(MeterRegistry.class);
		this.before = Map.of();
		this.before = counts();
	}

	@ParameterizedTest
	@CsvSource({ "TLSv1.2,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLSv1.3,TLS_CHACHA20_POLY1305_SHA256" })
	void aSuccessHasProtocolCipherSuiteAndDuration(String protocol, String suite) throws Exception {
		try (TestClient client = TestClient.tls(this.server.port(), (offer) -> {
			offer.setProtocols(new String[] { protocol });
			offer.setCipherSuites(new String[] { suite });
		})) {
			assertThat(client.get("/hello")).endsWith("hello");
			assertThat(client.get("/hello")).endsWith("hello");
		}
		awaitCounts(Map.of("success " + protocol + " " + suite + " none", 1));
		Timer duration = this.registry.get("hardened.tls.handshake.duration").tag("protocol", protocol).timer();
		assertThat(duration.count()).isEqualTo(this.registry.find("hardened.tls.handshakes")
			.tag("protocol", protocol)
			.counters()
			.stream()
			.mapToLong((counter) -> (long) counter.count())
			.sum());
		assertThat(duration.mean(TimeUnit.MILLISECONDS)).isBetween(0.1, 60_000.0);
	}

	@Test
	void aSuccessHasTheGroupAsFarAsTheEngineTells() throws Exception {
		start("server.ssl.enabled-protocols=TLSv1.3");
		try (TestClient client = TestClient.tls(this.server.port())) {
			assertThat(client.get("/hello")).endsWith("hello");
		}
		await().atMost(PATIENCE).until(() -> sum() == 1);
		assertThat(
				this.registry.get("hardened.tls.handshakes").tag("result", "success").counter().getId().getTag("group"))
			.isEqualTo(TestServer.ENGINE.equals("jdk") ? "unknown" : "x25519");
		assertThat(this.server.bean(PostQuantumShare.class).ofHandshakes())
			.isEqualTo(TestServer.ENGINE.equals("jdk") ? OptionalDouble.empty() : OptionalDouble.of(0));
	}

	@Test
	void theDurationBeginsWithTheAccept() throws Exception {
		start();
		try (Socket socket = new Socket("localhost", this.server.port())) {
			await().atMost(PATIENCE).until(() -> connections().size() == 1);
			long accepted = connections().get(0).openedAt();
			await().until(() -> System.nanoTime() - accepted > Duration.ofMillis(300).toNanos());
			((SSLSocket) TestClient.trustingAnybody()
				.getSocketFactory()
				.createSocket(socket, "localhost", this.server.port(), true)).startHandshake();
			await().atMost(PATIENCE).until(() -> sum() == 1);
		}
		assertThat(this.registry.get("hardened.tls.handshake.duration").timer().totalTime(TimeUnit.MILLISECONDS))
			.isBetween(300.0, 10_000.0);
	}

	@Test
	void aResumedSessionIsAHandshakeToo() throws Exception {
		SSLContext context = TestClient.trustingAnybody();
		for (int i = 0; i < 2; i++) {
			try (TestClient client = TestClient.tls(this.server.port(), context,
					(offer) -> offer.setCipherSuites(new String[] { "TLS_AES_128_GCM_SHA256" }))) {
				assertThat(client.get("/hello")).endsWith("hello");
			}
		}
		awaitCounts(Map.of("success TLSv1.3 TLS_AES_128_GCM_SHA256 none", 2));
	}

	@ParameterizedTest
	@ValueSource(ints = { TlsProbe.TLS_1_0, TlsProbe.TLS_1_1 })
	void anOldVersionIsNoCommonProtocol(int version) throws Exception {
		assertThat(TlsProbe.of(this.server.port()).version(version).ask().refused()).isTrue();
		awaitFailure("no-common-protocol");
	}

	@Test
	void tls12IsNoCommonProtocolUnderModern() throws Exception {
		start("hardened.tls.profile=modern");
		assertThat(TlsProbe.of(this.server.port()).version(TlsProbe.TLS_1_2).ask().refused()).isTrue();
		awaitFailure("no-common-protocol");
	}

	@ParameterizedTest
	@ValueSource(ints = { TlsProbe.TLS_1_2, TlsProbe.TLS_1_3 })
	void anOldSuiteIsNoCommonCipherSuite(int version) throws Exception {
		assertThat(
				TlsProbe.of(this.server.port()).version(version).suites("TLS_RSA_WITH_AES_128_CBC_SHA").ask().refused())
			.isTrue();
		awaitFailure("no-common-cipher-suite");
	}

	@ParameterizedTest
	@CsvSource({ TlsProbe.TLS_1_2 + ",no-common-cipher-suite", TlsProbe.TLS_1_3 + ",no-common-group" })
	void anotherGroupIsNoCommonGroup(int version, String reason) throws Exception {
		assertThat(TlsProbe.of(this.server.port()).version(version).groups("ffdhe2048", "secp521r1").ask().refused())
			.isTrue();
		awaitFailure(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void aClientThatDoesNotTrustTheCertificateIsAnAlert(String protocol) throws NoSuchAlgorithmException {
		SSLContext trustingNobody = SSLContext.getDefault();
		assertThatIOException().isThrownBy(() -> TestClient.tls(this.server.port(), trustingNobody,
				(offer) -> offer.setProtocols(new String[] { protocol })));
		awaitFailure("client-alert");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void aMissingClientCertificateIsOne(String protocol, @TempDir Path directory) {
		PemFiles own = TestCertificates.ecdsa("localhost").writePem(directory);
		start("server.ssl.bundle=own", "spring.ssl.bundle.pem.own.keystore.certificate=" + own.certificate(),
				"spring.ssl.bundle.pem.own.keystore.private-key=" + own.privateKey(), "server.ssl.client-auth=need",
				"spring.ssl.bundle.pem.own.truststore.certificate=" + own.certificate());
		assertThatIOException().isThrownBy(() -> {
			try (TestClient client = TestClient.tls(this.server.port(),
					(offer) -> offer.setProtocols(new String[] { protocol }))) {
				client.get("/hello");
			}
		});
		awaitFailure("client-certificate");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\0", "SSH-2.0-OpenSSH_9.2\r\n",
			"\u0016\u0003\u0001\u0000\u0005hello" })
	void whatIsNoClientHelloIsNotTls(String text) {
		try (SlowClient client = SlowClient.connect(this.server.port()).send(text)) {
			client.awaitEnding(PATIENCE);
		}
		awaitFailure("not-tls");
	}

	@Test
	void aMessageThatMakesNoSenseIsOther() {
		byte[] hello = HexFormat.of()
			.parseHex("160301004501000041" + "0303" + "5a".repeat(32) + "00" + "0002c02b" + "0100" + "0016"
					+ "000a000400020017" + "000d000400020403" + "000b00020100");
		byte[] applicationData = HexFormat.of().parseHex("1703030003616263");
		try (SlowClient client = SlowClient.connect(this.server.port()).send(hello).send(applicationData)) {
			client.awaitEnding(PATIENCE);
		}
		awaitFailure("other");
	}

	@Test
	void silenceIsATimeout() {
		start("hardened.timeout.handshake=1s");
		try (SlowClient client = SlowClient.connect(this.server.port())) {
			client.awaitEnding(PATIENCE);
		}
		awaitFailure("timeout");
	}

	@Test
	void aHandshakeThatStopsInTheMiddleIsATimeout() throws Exception {
		start("hardened.timeout.handshake=1s");
		try (SlowClient half = SlowClient.connect(this.server.port()).send(SlowClient.halfClientHello())) {
			half.awaitEnding(PATIENCE);
		}
		awaitFailure("timeout");
	}

	@ParameterizedTest
	@CsvSource({ "false,false", "false,true", "true,false", "true,true" })
	void whoLeavesHasClosed(boolean hello, boolean reset) {
		SlowClient client = SlowClient.connect(this.server.port());
		await().atMost(PATIENCE).until(() -> connections().size() == 1);
		if (hello) {
			client.send(SlowClient.halfClientHello());
		}
		if (reset) {
			client.reset();
		}
		else {
			client.close();
		}
		awaitFailure("closed-by-client");
	}

	@Test
	void whoLeavesAfterTheServersFlightHasClosed() throws Exception {
		assertThat(TlsProbe.of(this.server.port()).version(TlsProbe.TLS_1_2).ask().refused()).isFalse();
		awaitFailure("closed-by-client");
	}

	@Test
	void anEvictionIsOfTheServer() {
		try (SlowClient client = SlowClient.connect(this.server.port())) {
			await().atMost(PATIENCE).until(() -> connections().size() == 1);
			connections().get(0).end(CloseReason.EVICTED);
			client.awaitEnding(PATIENCE);
		}
		awaitFailure("ended-by-server");
	}

	@Test
	void refusedRenegotiationIsNotASecondResult() throws Exception {
		try (TestClient client = TestClient.tls(this.server.port(), (offer) -> {
			offer.setProtocols(new String[] { "TLSv1.2" });
			offer.setCipherSuites(new String[] { "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" });
		})) {
			assertThat(client.get("/hello")).endsWith("hello");
			assertThatIOException().isThrownBy(() -> {
				client.renegotiate();
				client.get("/hello");
			});
			client.disconnect();
		}
		awaitCounts(Map.of("success TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 none", 1));
	}

	@Test
	void aPlainListenerHasNoHandshakes() throws Exception {
		start("hardened.tls.enabled=false", "hardened.certificate.self-signed=false");
		try (TestClient client = TestClient.plain(this.server.port())) {
			assertThat(client.get("/hello")).endsWith("hello");
		}
		await().atMost(PATIENCE).until(() -> connections().isEmpty());
		assertThat(sum()).isZero();
	}

	@Test
	void everyConnectionHasExactlyOneResult() throws Exception {
		int lives = 300;
		ExecutorService clients = Executors.newFixedThreadPool(8);
		List<Future<Boolean>> results = new ArrayList<>();
		for (int i = 0; i < lives; i++) {
			int number = i;
			results.add(clients.submit(() -> live(number)));
		}
		int successes = 0;
		for (Future<Boolean> result : results) {
			successes += result.get() ? 1 : 0;
		}
		clients.shutdown();
		await().atMost(PATIENCE).until(() -> connections().isEmpty() && sum() >= lives);
		assertThat(sum()).isEqualTo(lives);
		assertThat(sum("success")).isEqualTo(successes).isGreaterThanOrEqualTo(lives / 4);
		assertThat(counts()).containsEntry("failure none none no-common-protocol", 37)
			.containsEntry("failure none none not-tls", 37);
		assertThat(this.registry.find("hardened.tls.handshakes").counters()).hasSizeLessThan(20);
	}

	/**
	 * One connection that ends somehow, each kind as often as the others.
	 * @param number tells the kind
	 * @return whether its handshake is done, as the server sees it
	 */
	private boolean live(int number) throws IOException {
		int port = this.server.port();
		switch (number % 8) {
			case 0, 1 -> {
				try (TestClient client = TestClient.tls(port)) {
					client.get("/hello");
					if (number % 16 > 7) {
						client.reset();
					}
					return true;
				}
			}
			case 2 -> SlowClient.connect(port).close();
			case 3 -> SlowClient.connect(port).reset();
			case 4 -> SlowClient.connect(port).send(SlowClient.halfClientHello()).reset();
			case 5 -> TlsProbe.of(port).version(TlsProbe.TLS_1_0 + number / 8 % 2).ask();
			case 6 -> TlsProbe.of(port).version(TlsProbe.TLS_1_2).ask();
			default -> {
				try (SlowClient client = SlowClient.connect(port).send("GET / HTTP/1.1\r\n\r\n")) {
					client.awaitEnding(PATIENCE);
				}
			}
		}
		return false;
	}

	@Test
	void allCountersHaveTheSameTags() throws Exception {
		TestClient.tls(this.server.port()).close();
		SlowClient.connect(this.server.port()).close();
		await().atMost(PATIENCE).until(() -> sum() == 2);
		Set<List<String>> keys = new HashSet<>();
		for (Counter counter : this.registry.find("hardened.tls.handshakes").counters()) {
			keys.add(counter.getId().getTags().stream().map((tag) -> tag.getKey()).toList());
			assertThat(counter.getId().getDescription()).isNotBlank();
		}
		assertThat(keys).containsExactly(List.of("cipher.suite", "group", "protocol", "reason", "result"));
	}

	private List<GuardedConnection> connections() {
		return this.server.bean(Guard.class).connections();
	}

	private void awaitFailure(String reason) {
		awaitCounts(Map.of("failure none none " + reason, 1));
	}

	private void awaitCounts(Map<String, Integer> expected) {
		await().atMost(PATIENCE).until(() -> connections().isEmpty() && sum() > 0);
		assertThat(counts()).isEqualTo(expected);
	}

	/**
	 * What was counted since the test began to use its server.
	 */
	private Map<String, Integer> counts() {
		Map<String, Integer> counts = new TreeMap<>();
		for (Counter counter : this.registry.find("hardened.tls.handshakes").counters()) {
			String tags = "%s %s %s %s".formatted(counter.getId().getTag("result"), counter.getId().getTag("protocol"),
					counter.getId().getTag("cipher.suite"), counter.getId().getTag("reason"));
			int count = (int) counter.count() - this.before.getOrDefault(tags, 0);
			if (count != 0) {
				counts.put(tags, count);
			}
		}
		return counts;
	}

	private int sum() {
		return counts().values().stream().mapToInt(Integer::intValue).sum();
	}

	private int sum(String result) {
		return counts().entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith(result))
			.mapToInt(Map.Entry::getValue)
			.sum();
	}

}
