package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@OnOneJava
class GuardTests {

	private static final String GATES = "spring.main.sources=" + Gates.class.getName();

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final List<TestServer> servers = new ArrayList<>();

	@AfterEach
	void stop() {
		Gates.open();
		this.servers.forEach(TestServer::close);
	}

	private TestServer start(Kind kind, String... properties) {
		List<String> all = new ArrayList<>(List.of(kind.properties));
		all.add(GATES);
		all.addAll(List.of(properties));
		TestServer server = TestServer.start(kind.type, all.toArray(String[]::new));
		this.servers.add(server);
		return server;
	}

	@ParameterizedTest
	@EnumSource
	void everyConnectionIsOneGuardedConnectionFromAcceptToClose(Kind kind) throws Exception {
		TestServer server = start(kind);
		Guard guard = server.bean(Guard.class);
		try (TestClient first = kind.connect(server); TestClient second = kind.connect(server)) {
			assertThat(first.get("/hello")).endsWith("hello");
			assertThat(second.get("/hello")).endsWith("hello");
			assertThat(first.get("/hello")).endsWith("hello");
			assertThat(guard.connections()).hasSize(2)
				.allMatch((connection) -> connection.isTls() == kind.tls)
				.extracting((connection) -> connection.peer().getPort())
				.containsExactlyInAnyOrder(first.localPort(), second.localPort());
		}
		await().atMost(PATIENCE).until(() -> guard.connections().isEmpty());
	}

	@ParameterizedTest
	@EnumSource
	void aRequestIsActiveUntilItsResponseHasEndedAndThenIdle(Kind kind) throws Exception {
		TestServer server = start(kind);
		try (TestClient client = kind.connect(server)) {
			awaitState(server, client, ConnectionState.REQUEST_HEADER);
			client.send("GET /gate/one HTTP/1.1\r\nHost: localhost\r\n");
			stays(server, client, ConnectionState.REQUEST_HEADER);
			client.send("\r\n");
			Gates.awaitWaiting(1);
			awaitState(server, client, ConnectionState.ACTIVE);
			Gates.open();
			assertThat(client.readResponse()).endsWith("open");
			awaitState(server, client, ConnectionState.IDLE);
			client.send("GET /hello HT");
			awaitState(server, client, ConnectionState.REQUEST_HEADER);
			client.send("TP/1.1\r\nHost: localhost\r\n\r\n");
			assertThat(client.readResponse()).endsWith("hello");
			awaitState(server, client, ConnectionState.IDLE);
		}
	}

	@Test
	void aSilentConnectionToATlsListenerStaysInHandshake() throws Exception {
		TestServer server = start(Kind.HTTPS);
		try (TestClient client = TestClient.plain(server.port())) {
			awaitState(server, client, ConnectionState.HANDSHAKE);
			client.send(new byte[] { 22, 3, 1, 0 });
			stays(server, client, ConnectionState.HANDSHAKE);
		}
	}

	@Test
	void theBeginningOfTheNextRequestCountsAlsoWhenItArrivedWithTheOneBefore() throws Exception {
		TestServer server = start(Kind.PLAIN);
		try (TestClient client = Kind.PLAIN.connect(server)) {
			client.get("/hello");
			awaitState(server, client, ConnectionState.IDLE);
			client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hello HT");
			stays(server, client, ConnectionState.REQUEST_HEADER);
			client.send("TP/1.1\r\nHost: localhost\r\n\r\n");
			assertThat(client.readResponse()).endsWith("hello");
			assertThat(client.readResponse()).endsWith("hello");
			awaitState(server, client, ConnectionState.IDLE);
		}
	}

	@Test
	void pipelinedRequestsAreServedOnOneConnection() throws Exception {
		TestServer server = start(Kind.HTTPS);
		try (TestClient client = Kind.HTTPS.connect(server)) {
			client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(3));
			for (int i = 0; i < 3; i++) {
				assertThat(client.readResponse()).endsWith("hello");
			}
			awaitState(server, client, ConnectionState.IDLE);
		}
	}

	@Test
	void anHttp2ConnectionIsActiveUntilItsLastStreamHasEnded() throws Exception {
		TestServer server = start(Kind.HTTPS);
		Guard guard = server.bean(Guard.class);
		var http2 = TestClient.http2();
		HttpResponse<String> warmUp = http2.send(TestClient.get(server.port(), "/hello"), BodyHandlers.ofString());
		assertThat(warmUp.version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
		assertThat(guard.connections()).hasSize(1);
		GuardedConnection connection = guard.connections().get(0);
		await().atMost(PATIENCE).until(() -> connection.state() == ConnectionState.IDLE);
		var one = http2.sendAsync(TestClient.get(server.port(), "/gate/one"), BodyHandlers.ofString());
		var two = http2.sendAsync(TestClient.get(server.port(), "/gate/two"), BodyHandlers.ofString());
		Gates.awaitWaiting(2);
		assertThat(connection.state()).isEqualTo(ConnectionState.ACTIVE);
		Gates.open("one");
		one.get(20, TimeUnit.SECONDS);
		await().during(Duration.ofMillis(300))
			.atMost(PATIENCE)
			.until(() -> connection.state() == ConnectionState.ACTIVE);
		Gates.open("two");
		two.get(20, TimeUnit.SECONDS);
		await().atMost(PATIENCE).until(() -> connection.state() == ConnectionState.IDLE);
		assertThat(guard.connections()).containsExactly(connection);
	}

	@Test
	void aWebSocketConnectionIsUpgradedUntilItIsClosed() throws Exception {
		TestServer server = start(Kind.PLAIN);
		try (TestClient client = Kind.PLAIN.connect(server)) {
			client.send("GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
					+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
			assertThat(client.readResponse()).startsWith("HTTP/1.1 101 ");
			awaitState(server, client, ConnectionState.UPGRADED);
			// a masked text frame "x"
			client.send(new byte[] { (byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x' });
			stays(server, client, ConnectionState.UPGRADED);
			GuardedConnection connection = find(server, client);
			client.disconnect();
			awaitClosed(connection, CloseReason.CLIENT);
		}
	}

	@Test
	void bytesAreCountedAsTheyAreOnTheWire() throws Exception {
		TestServer server = start(Kind.PLAIN);
		try (TestClient client = Kind.PLAIN.connect(server)) {
			client
				.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
			assertThat(client.readResponse()).endsWith("x".repeat(1000));
			GuardedConnection connection = find(server, client);
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(connection.bytesWritten()).isEqualTo(client.received()));
			assertThat(connection.bytesRead()).isEqualTo(client.sent());
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatClosesIsTheReason(Kind kind) throws Exception {
		TestServer server = start(kind);
		GuardedConnection connection;
		try (TestClient client = kind.connect(server)) {
			client.get("/hello");
			connection = find(server, client);
		}
		awaitClosed(connection, CloseReason.CLIENT);
	}

	@ParameterizedTest
	@EnumSource
	void aServerThatClosesAfterItsResponseIsTheReason(Kind kind) throws Exception {
		TestServer server = start(kind);
		try (TestClient client = kind.connect(server)) {
			client.get("/hello");
			GuardedConnection connection = find(server, client);
			client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
			assertThat(client.readToEnd()).endsWith("hello");
			client.disconnect();
			awaitClosed(connection, CloseReason.SERVER);
		}
	}

	@Test
	void aMalformedRequestEndsTheConnection() throws Exception {
		TestServer server = start(Kind.PLAIN);
		try (TestClient client = Kind.PLAIN.connect(server)) {
			client.get("/hello");
			GuardedConnection connection = find(server, client);
			client.send("\0\0\0\r\n\r\n");
			client.readToEnd();
			client.disconnect();
			awaitClosed(connection, CloseReason.BAD_REQUEST);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aResetIsAnIoError(Kind kind) throws Exception {
		TestServer server = start(kind);
		GuardedConnection connection;
		try (TestClient client = kind.connect(server)) {
			client.get("/hello");
			connection = find(server, client);
			client.reset();
		}
		awaitClosed(connection, CloseReason.IO_ERROR);
	}

	@Test
	void aHandshakeThatCannotSucceedIsAHandshakeFailure() throws Exception {
		TestServer server = start(Kind.HTTPS, "hardened.tls.profile=modern");
		Guard guard = server.bean(Guard.class);
		try (TestClient client = TestClient.plain(server.port())) {
			awaitState(server, client, ConnectionState.HANDSHAKE);
			GuardedConnection connection = find(server, client);
			// a TLS 1.2 ClientHello with one cipher suite and no extensions
			client.send(new byte[] { 22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3 })
				.send(new byte[32])
				.send(new byte[] { 0, 0, 2, (byte) 0xC0, 0x2B, 1, 0 });
			client.readToEnd();
			client.disconnect();
			awaitClosed(connection, CloseReason.HANDSHAKE_FAILURE);
		}
		await().atMost(PATIENCE).until(() -> guard.connections().isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", "\26\3\1\0\20GET /hello HTTP/1.1",
			"SSH-2.0-client\r\n", "\200\56\1\3\1" })
	void whatIsNotTlsOnATlsListenerIsAHandshakeFailureAndClosedAtOnce(String notTls) throws Exception {
		TestServer server = start(Kind.HTTPS);
		try (TestClient other = Kind.HTTPS.connect(server)) {
			refuses(server, notTls);
			assertThat(other.get("/hello")).endsWith("hello");
		}
	}

	private static void refuses(TestServer server, String notTls) throws Exception {
		try (TestClient client = TestClient.plain(server.port())) {
			awaitState(server, client, ConnectionState.HANDSHAKE);
			GuardedConnection connection = find(server, client);
			client.send(notTls);
			client.readToEnd();
			client.disconnect();
			awaitClosed(connection, CloseReason.HANDSHAKE_FAILURE);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aServerThatStopsIsTheReason(Kind kind) throws Exception {
		TestServer server = start(kind);
		try (TestClient client = kind.connect(server)) {
			client.get("/hello");
			GuardedConnection connection = find(server, client);
			// The client has its response a moment before the server is done with it.
			await().atMost(PATIENCE).until(() -> connection.state() == ConnectionState.IDLE);
			server.context().close();
			awaitClosed(connection, CloseReason.SHUTDOWN);
			client.readToEnd();
		}
		assertThat(server.context().isActive()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void afterHundredsOfShortLivesNoConnectionIsLeft(Kind kind) throws Exception {
		TestServer server = start(kind);
		Guard guard = server.bean(Guard.class);
		ExecutorService clients = Executors.newFixedThreadPool(8);
		AtomicInteger served = new AtomicInteger();
		List<Future<?>> lives = new ArrayList<>();
		for (int i = 0; i < 500; i++) {
			Random random = new Random(i);
			lives.add(clients.submit(shortLife(server, kind, random, served)));
		}
		for (Future<?> life : lives) {
			life.get(60, TimeUnit.SECONDS);
		}
		clients.shutdown();
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(guard.connections()).isEmpty());
		assertThat(served.get()).isPositive();
		try (TestClient client = kind.connect(server)) {
			assertThat(client.get("/hello")).endsWith("hello");
		}
	}

	private static Callable<?> shortLife(TestServer server, Kind kind, Random random, AtomicInteger served) {
		return () -> {
			byte[] garbage = new byte[random.nextInt(300)];
			random.nextBytes(garbage);
			boolean reset = random.nextBoolean();
			try (TestClient client = random.nextInt(3) == 0 ? TestClient.plain(server.port()) : kind.connect(server)) {
				switch (random.nextInt(5)) {
					case 0 -> client.send(garbage);
					case 1 -> client.send("GET /hello HTTP/1.1\r\nHo");
					case 2 -> client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
					case 3 -> {
						client.get("/hello");
						served.incrementAndGet();
					}
					default -> {
					}
				}
				if (reset) {
					client.reset();
				}
			}
			catch (IOException ex) {
				// the server may close or reset before the client has sent all
			}
			return null;
		};
	}

	private static GuardedConnection find(TestServer server, TestClient client) {
		return connections(server, client).get(0);
	}

	private static List<GuardedConnection> connections(TestServer server, TestClient client) {
		return server.bean(Guard.class)
			.connections()
			.stream()
			.filter((connection) -> connection.peer().getPort() == client.localPort())
			.toList();
	}

	private static void awaitState(TestServer server, TestClient client, ConnectionState state) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(connections(server, client)).extracting(GuardedConnection::state)
				.containsExactly(state));
	}

	private static void stays(TestServer server, TestClient client, ConnectionState state) {
		await().during(Duration.ofMillis(200))
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(connections(server, client)).extracting(GuardedConnection::state)
				.containsExactly(state));
	}

	private static void awaitClosed(GuardedConnection connection, CloseReason reason) {
		await().atMost(PATIENCE).until(() -> connection.state() == ConnectionState.CLOSED);
		assertThat(connection.closeReason()).isEqualTo(reason);
	}

	enum Kind {

		HTTPS(WebApplicationType.SERVLET, true),

		HTTPS_WITHOUT_HTTP2(WebApplicationType.SERVLET, true, "server.http2.enabled=false"),

		PLAIN(WebApplicationType.SERVLET, false, "hardened.tls.enabled=false",
				"hardened.certificate.self-signed=false"),

		WEBFLUX(WebApplicationType.REACTIVE, true),

		WEBFLUX_PLAIN(WebApplicationType.REACTIVE, false, "hardened.tls.enabled=false",
				"hardened.certificate.self-signed=false");

		private final WebApplicationType type;

		private final boolean tls;

		private final String[] properties;

		Kind(WebApplicationType type, boolean tls, String... properties) {
			this.type = type;
			this.tls = tls;
			this.properties = properties;
		}

		TestClient connect(TestServer server) throws IOException {
			return this.tls ? TestClient.tls(server.port()) : TestClient.plain(server.port());
		}

	}

	/**
	 * Requests that wait until the test opens their gate, and an upgrade to WebSocket.
	 */
	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Gates {

		private static final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();

		@GetMapping("/gate/{name}")
		CompletableFuture<String> gate(@PathVariable("name") String name) {
			return waiting.computeIfAbsent(name, (added) -> new CompletableFuture<>());
		}

		@Bean
		RequestHandler webSocketRequestHandler() {
			HttpHandler webSocket = Handlers.websocket((exchange, channel) -> channel.resumeReceives());
			return new RequestHandler(HandlerOrder.STRICT_TRANSPORT_SECURITY, (next) -> (exchange) -> {
				if (exchange.getRequestPath().equals("/socket")) {
					webSocket.handleRequest(exchange);
				}
				else {
					next.handleRequest(exchange);
				}
			});
		}

		static void awaitWaiting(int count) {
			await().atMost(PATIENCE).until(() -> waiting.size() == count);
		}

		static void open(String name) {
			waiting.remove(name).complete("open");
		}

		static void open() {
			List.copyOf(waiting.keySet()).forEach(Gates::open);
		}

	}

}
