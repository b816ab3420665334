package io.github.hardenedhttp.tls;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

import io.github.hardenedhttp.testsupport.Digest;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.testsupport.TlsProbe;
import io.github.hardenedhttp.testsupport.TlsProbe.Answer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.HandshakeFailure;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

class PolicySslEngineTests {

	private static TestServer intermediate;

	private static TestServer modern;

	private static TestServer rsa;

	@BeforeAll
	static void start(@TempDir Path directory) {
		Path keyStore = TestCertificates.rsa(2048, "localhost").writeKeyStore(directory.resolve("rsa.p12"));
		intermediate = TestServer.start();
		modern = TestServer.start("hardened.tls.profile=modern");
		rsa = TestServer.start("server.ssl.key-store=" + keyStore,
				"server.ssl.key-store-password=" + TestCertificates.PASSWORD);
	}

	@AfterAll
	static void stop() {
		intermediate.close();
		modern.close();
		rsa.close();
	}

	private static TestServer server(TlsProfile profile) {
		return (profile == TlsProfile.MODERN) ? modern : intermediate;
	}

	@ParameterizedTest
	@ValueSource(ints = { TlsProbe.TLS_1_0, TlsProbe.TLS_1_1 })
	void oldVersionsAreRefused(int version) throws Exception {
		assertThat(TlsProbe.of(intermediate.port()).version(version).ask().refused()).isTrue();
		assertThat(TlsProbe.of(modern.port()).version(version).ask().refused()).isTrue();
	}

	@Test
	void tls12IsRefusedUnderModernOnly() throws Exception {
		assertThat(TlsProbe.of(modern.port()).version(TlsProbe.TLS_1_2).ask().alert()).isEqualTo(70);
		assertThat(TlsProbe.of(intermediate.port()).version(TlsProbe.TLS_1_2).ask().version())
			.isEqualTo(TlsProbe.TLS_1_2);
	}

	@Test
	void theSuitesOfTls12AreExactlyThoseOfTheProfile() throws Exception {
		List<String> accepted = new ArrayList<>();
		for (String suite : TlsProbe.SUITES.keySet()) {
			for (TestServer server : List.of(intermediate, rsa)) {
				if (!TlsProbe.of(server.port()).version(TlsProbe.TLS_1_2).suites(suite).ask().refused()) {
					accepted.add(suite);
				}
			}
		}
		assertThat(accepted).containsExactlyInAnyOrder("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
				"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
				"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
				"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
	}

	@ParameterizedTest
	@EnumSource
	void theSuitesOfTls13AreExactlyThoseOfTheProfile(TlsProfile profile) throws Exception {
		List<String> accepted = new ArrayList<>();
		for (String suite : TlsProbe.SUITES.keySet()) {
			if (!TlsProbe.of(server(profile).port()).version(TlsProbe.TLS_1_3).suites(suite).ask().refused()) {
				accepted.add(suite);
			}
		}
		assertThat(accepted).containsExactlyInAnyOrder("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
				"TLS_CHACHA20_POLY1305_SHA256");
	}

	@ParameterizedTest
	@ValueSource(ints = { TlsProbe.TLS_1_2, TlsProbe.TLS_1_3 })
	void theGroupsAreExactlyThoseOfThePolicy(int version) throws Exception {
		// With a key on P-256 there is no TLS 1.2 without that group.
		TestServer server = (version == TlsProbe.TLS_1_2) ? rsa : intermediate;
		Set<String> chosen = new TreeSet<>();
		for (String group : TlsProbe.GROUPS.keySet()) {
			Answer answer = TlsProbe.of(server.port()).version(version).groups(group).ask();
			if (!answer.refused()) {
				chosen.add(answer.group());
			}
		}
		chosen.remove("X25519MLKEM768"); // only newer versions of Java have it
		assertThat(chosen).containsExactly("secp256r1", "secp384r1", "x25519");
	}

	@Test
	void theOrderOfTheServerDecides() throws Exception {
		if (TestServer.ENGINE.equals("jdk")) {
			Answer answer = TlsProbe.of(intermediate.port())
				.version(TlsProbe.TLS_1_3)
				.suites("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")
				.ask();
			assertThat(answer.suite()).isEqualTo("TLS_AES_128_GCM_SHA256");
		}
		Answer answer = TlsProbe.of(intermediate.port())
			.suites("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
			.ask();
		assertThat(answer.suite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
	}

	@Test
	@DisabledIfSystemProperty(named = "test.tls.engine", matches = "conscrypt")
	void theOrderOfTheClientDecidesWhereThatIsSet() throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.prefer-server-cipher-suites=false")) {
			Answer answer = TlsProbe.of(server.port())
				.version(TlsProbe.TLS_1_3)
				.suites("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256")
				.ask();
			assertThat(answer.suite()).isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
			answer = TlsProbe.of(server.port())
				.suites("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
				.ask();
			assertThat(answer.suite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
		}
	}

	@ParameterizedTest
	@EnumSource
	void http2IsNegotiated(TlsProfile profile) throws Exception {
		HttpClient client = TestClient.http2();
		assertThat(client.send(TestClient.get(server(profile).port(), "/hello"), BodyHandlers.ofString()))
			.satisfies((response) -> assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2))
			.satisfies((response) -> assertThat(response.body()).isEqualTo("hello"));
	}

	@ParameterizedTest
	@EnumSource
	void http2IsNegotiatedWithAClientThatSpeaksOnlyTls13(TlsProfile profile) throws Exception {
		try (TestClient client = TestClient.tls(server(profile).port(), (offer) -> {
			offer.setProtocols(new String[] { "TLSv1.3" });
			offer.setCipherSuites(new String[] { "TLS_AES_256_GCM_SHA384" });
			offer.setApplicationProtocols(new String[] { "h2", "http/1.1" });
		})) {
			assertThat(client.applicationProtocol()).isEqualTo("h2");
		}
	}

	@Test
	void http11IsNegotiatedWithAClientThatOffersNothingElse() throws Exception {
		try (TestClient client = TestClient.tls(modern.port(),
				(offer) -> offer.setApplicationProtocols(new String[] { "http/1.1" }))) {
			assertThat(client.applicationProtocol()).isEqualTo("http/1.1");
			assertThat(client.get("/hello")).endsWith("hello");
		}
	}

	@Test
	void http2CanBeTurnedOff() throws Exception {
		try (TestServer server = TestServer.start("server.http2.enabled=false");
				TestClient client = TestClient.tls(server.port(),
						(offer) -> offer.setApplicationProtocols(new String[] { "h2", "http/1.1" }))) {
			assertThat(client.applicationProtocol()).isNotEqualTo("h2");
			assertThat(client.get("/hello")).endsWith("hello");
		}
	}

	@Test
	void renegotiationEndsTheConnectionAndNoOther() throws Exception {
		try (TestClient other = tls12(); TestClient client = tls12()) {
			assertThat(client.get("/hello")).endsWith("hello");
			GuardedConnection connection = find(client);
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
				client.renegotiate();
				client.get("/hello");
			});
			client.disconnect();
			await().atMost(Duration.ofSeconds(20)).until(() -> connection.state() == ConnectionState.CLOSED);
			assertThat(connection.closeReason()).isEqualTo(CloseReason.HANDSHAKE_FAILURE);
			assertThat(other.get("/hello")).endsWith("hello");
		}
	}

	@Test
	void keysAreNotChangedWithoutEnd() throws Exception {
		try (TestClient other = tls13(); TestClient client = tls13()) {
			assertThat(client.get("/hello")).endsWith("hello");
			for (int change = 0; change < 20; change++) {
				client.renegotiate();
			}
			assertThat(client.get("/hello")).endsWith("hello");
			GuardedConnection connection = find(client);
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
				for (int change = 0; change < 20; change++) {
					client.renegotiate();
				}
				client.get("/hello");
			});
			client.reset();
			await().atMost(Duration.ofSeconds(20)).until(() -> connection.state() == ConnectionState.CLOSED);
			if (TestServer.ENGINE.equals("jdk")) {
				assertThat(connection.closeReason()).isEqualTo(CloseReason.HANDSHAKE_FAILURE);
			}
			assertThat(other.get("/hello")).endsWith("hello");
		}
	}

	@Test
	void keysMayBeChangedAsLongAsThereIsData() throws Exception {
		byte[] body = new byte[64 * 1024];
		String head = "POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n".formatted(body.length);
		try (TestClient client = tls13()) {
			for (int change = 0; change < 50; change++) {
				client.renegotiate();
				assertThat(client.send(head).send(body).readResponse()).endsWith(Digest.of(body));
			}
		}
	}

	/**
	 * Clients of the JDK never fill a record of TLS 1.3, others do.
	 */
	@Test
	void aFullRecordPassesBehindPartOfALine() throws Exception {
		byte[] body = new byte[0x4000];
		Arrays.fill(body, (byte) 'x');
		String head = "POST /hash HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
		byte[] second = Arrays.copyOf("00\r\n".getBytes(), 16 * 1024);
		System.arraycopy(body, 0, second, 4, second.length - 4);
		SSLContext context = SSLContext.getInstance("TLS", Conscrypt.newProvider());
		context.init(null, new TrustManager[] { new TrustingAnybody() }, null);
		try (TestClient client = TestClient.tls(intermediate.port(), context,
				(offer) -> offer.setProtocols(new String[] { "TLSv1.3" }))) {
			client.send(head + "40").send(second).send("xxxx\r\n0\r\n\r\n");
			assertThat(client.readResponse()).endsWith(Digest.of(body));
		}
	}

	/**
	 * Wherever a record ends: in a request, in the buffer that is read to, or nowhere
	 * near it.
	 */
	@Test
	void noPipelinedRequestIsForgottenWhoseServerReadsLittleAtATime() throws Exception {
		Random random = new Random(1);
		try (TestServer server = TestServer.start("server.undertow.buffer-size=1024")) {
			for (int round = 0; round < 150; round++) {
				int requests = 2 + random.nextInt(5);
				byte[] pipelined = pipelined(requests, random);
				try (TestClient client = TestClient.tls(server.port())) {
					int sent = 0;
					while (sent < pipelined.length) {
						int end = Math.min(pipelined.length, sent + 300 + random.nextInt(1500));
						client.send(Arrays.copyOfRange(pipelined, sent, end));
						sent = end;
					}
					for (int request = 0; request < requests; request++) {
						assertThat(client.readResponse()).as("round %d", round).endsWith("hello");
					}
				}
			}
		}
	}

	private static byte[] pipelined(int requests, Random random) {
		StringBuilder text = new StringBuilder();
		for (int request = 0; request < requests; request++) {
			text.append("GET /hello HTTP/1.1\r\nHost: localhost\r\nX-Filling: ")
				.append("x".repeat(500 + random.nextInt(300)))
				.append("\r\n\r\n");
		}
		return text.toString().getBytes();
	}

	@Test
	void noUploadIsForgottenWhoseServerReadsLittleAtATime() throws Exception {
		byte[] body = new byte[100 * 1024];
		new Random(1).nextBytes(body);
		try (TestServer server = TestServer.start("server.undertow.buffer-size=1024")) {
			HttpClient client = TestClient.http2();
			List<CompletableFuture<HttpResponse<String>>> uploads = IntStream.range(0, 6)
				.mapToObj((number) -> client
					.sendAsync(HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/hash"))
						.timeout(Duration.ofSeconds(20))
						.POST(BodyPublishers.ofByteArray(body))
						.build(), BodyHandlers.ofString()))
				.toList();
			for (CompletableFuture<HttpResponse<String>> upload : uploads) {
				assertThat(upload.get().body()).isEqualTo(Digest.of(body));
			}
		}
	}

	private static TestClient tls13() throws IOException {
		return TestClient.tls(intermediate.port(), (offer) -> offer.setProtocols(new String[] { "TLSv1.3" }));
	}

	private static TestClient tls12() throws IOException {
		return TestClient.tls(intermediate.port(), (offer) -> offer.setProtocols(new String[] { "TLSv1.2" }));
	}

	private static GuardedConnection find(TestClient client) {
		return intermediate.bean(Guard.class)
			.connections()
			.stream()
			.filter((connection) -> connection.peer().getPort() == client.localPort())
			.findFirst()
			.orElseThrow();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void sessionsAreResumed(String protocol) throws Exception {
		SSLContext context = TestClient.trustingAnybody();
		long created = 0;
		for (int i = 0; i < 2; i++) {
			try (TestClient client = TestClient.tls(intermediate.port(), context,
					(offer) -> offer.setProtocols(new String[] { protocol }))) {
				assertThat(client.session().getProtocol()).isEqualTo(protocol);
				assertThat(client.get("/hello")).endsWith("hello");
				if (i == 0) {
					created = client.session().getCreationTime();
					await().pollDelay(Duration.ofMillis(20)).until(() -> true);
				}
				else {
					assertThat(client.session().getCreationTime()).isEqualTo(created);
				}
			}
		}
	}

	@Test
	void aClientThatFailsToShakeHandsHarmsNobody() throws Exception {
		try (TestClient other = tls12()) {
			assertThatExceptionOfType(SSLException.class).isThrownBy(
					() -> TestClient.tls(modern.port(), (offer) -> offer.setProtocols(new String[] { "TLSv1.2" })));
			assertThatExceptionOfType(SSLException.class)
				.isThrownBy(() -> TestClient.tls(intermediate.port(), (offer) -> {
					offer.setProtocols(new String[] { "TLSv1.2" });
					offer.setCipherSuites(Arrays.stream(offer.getCipherSuites())
						.filter((suite) -> suite.contains("_CBC_"))
						.toArray(String[]::new));
				}));
			assertThat(other.get("/hello")).endsWith("hello");
		}
	}

	@Test
	void anEngineThatIsClosedBeforeItsHandshakeIsDoneHasFailed() {
		GuardedConnection connection = mock(GuardedConnection.class);
		SSLEngine delegate = mock(SSLEngine.class);
		PolicySslEngine engine = new PolicySslEngine(delegate, new JdkTlsEngine(), connection, new HandshakeThreads(1));
		engine.closeOutbound();
		then(connection).should().handshakeFails(HandshakeFailure.OTHER);
		then(connection).should(never()).endsByServer();
	}

	@Test
	void anEngineThatIsClosedAfterItsHandshakeHasNotFailed() throws Exception {
		GuardedConnection connection = mock(GuardedConnection.class);
		SSLEngine delegate = mock(SSLEngine.class, Answers.RETURNS_DEEP_STUBS);
		given(delegate.unwrap(any(ByteBuffer.class), any(ByteBuffer[].class), anyInt(), anyInt()))
			.willReturn(new SSLEngineResult(SSLEngineResult.Status.OK, HandshakeStatus.FINISHED, 1, 0));
		given(delegate.getSession().getProtocol()).willReturn("TLSv1.3");
		given(delegate.getSession().getCipherSuite()).willReturn("TLS_AES_128_GCM_SHA256");
		PolicySslEngine engine = new PolicySslEngine(delegate, new JdkTlsEngine(), connection, new HandshakeThreads(1));
		engine.unwrap(ByteBuffer.allocate(1), new ByteBuffer[0], 0, 0);
		engine.closeOutbound();
		then(connection).should().handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "unknown");
		then(connection).should().endsByServer();
		then(connection).should(never()).handshakeFails(any());
	}

	@Test
	void aHandshakeHasOnlySoManyRecords() throws Exception {
		GuardedConnection connection = mock(GuardedConnection.class);
		SSLEngine delegate = mock(SSLEngine.class, Answers.RETURNS_DEEP_STUBS);
		given(delegate.unwrap(any(ByteBuffer.class), any(ByteBuffer[].class), anyInt(), anyInt()))
			.willReturn(new SSLEngineResult(SSLEngineResult.Status.OK, HandshakeStatus.NEED_UNWRAP, 1, 0));
		PolicySslEngine engine = new PolicySslEngine(delegate, new JdkTlsEngine(), connection, new HandshakeThreads(1));
		for (int record = 0; record < PolicySslEngine.MOST_HANDSHAKE_RECORDS; record++) {
			engine.unwrap(ByteBuffer.allocate(1), new ByteBuffer[0], 0, 0);
		}
		then(connection).should(never()).handshakeFails(any());
		assertThatExceptionOfType(SSLException.class)
			.isThrownBy(() -> engine.unwrap(ByteBuffer.allocate(1), new ByteBuffer[0], 0, 0));
		then(connection).should().handshakeFails(HandshakeFailure.OTHER);
	}

	@Test
	void theSecondClientHelloIsOneRecordForAnEngineThatComputesRecords() throws Exception {
		GuardedConnection connection = mock(GuardedConnection.class);
		SSLEngine delegate = mock(SSLEngine.class, Answers.RETURNS_DEEP_STUBS);
		given(delegate.unwrap(any(ByteBuffer.class), any(ByteBuffer[].class), anyInt(), anyInt()))
			.willReturn(new SSLEngineResult(SSLEngineResult.Status.OK, HandshakeStatus.NEED_WRAP, 10, 0));
		TlsEngine conscrypt = ConscryptTlsEngine.load();
		PolicySslEngine engine = new PolicySslEngine(delegate, conscrypt, connection, new HandshakeThreads(1));
		ByteBuffer whole = ByteBuffer.wrap(HexFormat.of().parseHex("16030300050100000100"));
		ByteBuffer part = ByteBuffer.wrap(HexFormat.of().parseHex("16030300050100000200"));
		engine.unwrap(whole.duplicate(), new ByteBuffer[0], 0, 0);
		assertThatExceptionOfType(SSLException.class)
			.isThrownBy(() -> engine.unwrap(part.duplicate(), new ByteBuffer[0], 0, 0));
		then(connection).should().handshakeFails(HandshakeFailure.OTHER);
		engine.unwrap(whole.duplicate(), new ByteBuffer[0], 0, 0);
	}

	@Test
	void theFirstTwoTasksNeedAPlace() {
		GuardedConnection connection = mock(GuardedConnection.class);
		SSLEngine delegate = mock(SSLEngine.class);
		given(delegate.getDelegatedTask()).willReturn(() -> {
		});
		HandshakeThreads threads = new HandshakeThreads(1);
		PolicySslEngine engine = new PolicySslEngine(delegate, new JdkTlsEngine(), connection, threads);
		for (int taken : new int[] { 1, 1, 0 }) {
			Runnable task = engine.getDelegatedTask();
			assertThat(threads.taken()).isEqualTo(taken);
			task.run();
			assertThat(threads.taken()).isZero();
		}
	}

	@Test
	void whoComesBackAfterAHelloRetryRequestAndFindsNoPlaceIsRefused() {
		GuardedConnection connection = mock(GuardedConnection.class);
		given(connection.endsForWhatWasSent(CloseReason.LIMIT_HANDSHAKES)).willReturn(true);
		SSLEngine delegate = mock(SSLEngine.class);
		given(delegate.getDelegatedTask()).willReturn(() -> {
		});
		HandshakeThreads threads = new HandshakeThreads(1);
		PolicySslEngine engine = new PolicySslEngine(delegate, new JdkTlsEngine(), connection, threads);
		engine.getDelegatedTask().run();
		while (threads.enter()) {
			// All places are taken.
		}
		assertThat(engine.getDelegatedTask()).isNull();
		then(connection).should().end(CloseReason.LIMIT_HANDSHAKES);
	}

	@Test
	void whatComesRightAfterTheCertificateOfTheClientHasToPassTheGate(@TempDir Path directory) throws Exception {
		SSLContext context = withCertificate(directory);
		GuardedConnection connection = mock(GuardedConnection.class);
		SSLEngine delegate = context.createSSLEngine();
		delegate.setUseClientMode(false);
		delegate.setNeedClientAuth(true);
		PolicySslEngine server = new PolicySslEngine(delegate, new JdkTlsEngine(), connection, new HandshakeThreads(1));
		SSLEngine client = context.createSSLEngine("localhost", 443);
		client.setUseClientMode(true);

		ByteBuffer fromClient = ByteBuffer.allocate(64 * 1024);
		ByteBuffer fromServer = ByteBuffer.allocate(64 * 1024);
		wrap(client, fromClient);
		assertThat(unwrap(server, fromClient, fromServer)).isEmpty();
		wrap(server, fromServer);
		unwrap(client, fromServer, fromClient);
		wrap(client, fromClient);
		client.wrap(ByteBuffer.wrap("request".getBytes()), fromClient);
		then(connection).should(never()).openGate(anyBoolean());
		assertThat(unwrap(server, fromClient, fromServer)).isEqualTo("request");
		then(connection).should(never()).clientIsAnonymous();
		then(connection).should().handshakeFinished(eq("TLSv1.3"), any(), any());
		then(connection).should().openGate(false);
	}

	private static SSLContext withCertificate(Path directory) throws Exception {
		Path file = TestCertificates.ecdsa("localhost").writeKeyStore(directory.resolve("both.p12"));
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		char[] password = TestCertificates.PASSWORD.toCharArray();
		factory.init(KeyStore.getInstance(file.toFile(), password), password);
		return TestClient.trustingAnybody(factory.getKeyManagers());
	}

	private static void wrap(SSLEngine engine, ByteBuffer target) throws SSLException {
		do {
			engine.wrap(ByteBuffer.allocate(0), target);
		}
		while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
	}

	private static String unwrap(SSLEngine engine, ByteBuffer received, ByteBuffer reply) throws SSLException {
		ByteBuffer text = ByteBuffer.allocate(32 * 1024);
		received.flip();
		for (int calls = 0; calls < 20 && received.hasRemaining(); calls++) {
			int consumed = engine.unwrap(received, text).bytesConsumed();
			while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
				engine.getDelegatedTask().run();
			}
			if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && consumed == 0) {
				wrap(engine, reply);
			}
		}
		received.clear();
		return new String(text.array(), 0, text.position());
	}

}
