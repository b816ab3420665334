package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.Digest;
import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Response;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that take longer than every deadline, and may: each would be cut if anything
 * but its own waste of time counted. All are slow at the same time.
 */
@OnOneJava
class HonestClientTests {

	private static final String[] DEADLINES = { "hardened.timeout.handshake=10s", "hardened.timeout.read-header=3s",
			"hardened.timeout.read=4s", "hardened.timeout.write=4s", "hardened.timeout.idle=3s",
			"hardened.timeout.upgraded-idle=5s", "server.undertow.max-http-post-size=8MB" };

	private static final Function<TestServer, SlowClient> PLAIN = (server) -> SlowClient.connect(server.port(), 8192);

	private static final Function<TestServer, SlowClient> TLS = (server) -> SlowClient.tls(server.port(), 8192);

	private static final ExecutorService threads = Executors.newCachedThreadPool();

	private static final Map<WebApplicationType, TestServer> tlsServers = new EnumMap<>(WebApplicationType.class);

	private static final Map<WebApplicationType, TestServer> plainServers = new EnumMap<>(WebApplicationType.class);

	private final Map<String, Future<?>> clients = new LinkedHashMap<>();

	@AfterAll
	static void stop() {
		threads.shutdownNow();
		tlsServers.values().forEach(TestServer::close);
		plainServers.values().forEach(TestServer::close);
	}

	private static TestServer tls(WebApplicationType type) {
		return tlsServers.computeIfAbsent(type, (absent) -> {
			TestServer server = TestServer.start(type, DEADLINES);
			for (int time = 0; time < 20; time++) {
				answers(SlowClient.tls(server.port()), "/hello", "hello");
				try (SlowClient client = SlowClient.tls(server.port())) {
					upload(client, "/hash", new byte[1000], 500, 500, 1);
				}
				try (Http2Client client = Http2Client.honest(server.port())) {
					client.get(1, "/hello").response(1);
					upload(client.post(3, "/hash"), 3, new byte[1000], 500, 500, 1);
				}
			}
			return server;
		});
	}

	private static TestServer plain(WebApplicationType type) {
		return plainServers.computeIfAbsent(type, (absent) -> {
			TestServer server = TestServer.start(type, with("hardened.tls.enabled=false"));
			answers(SlowClient.connect(server.port()), "/hello", "hello");
			return server;
		});
	}

	private static String[] with(String... more) {
		return Stream.concat(Stream.of(DEADLINES), Stream.of(more)).toArray(String[]::new);
	}

	@TestFactory
	List<DynamicTest> notCut() {
		TestServer tls = tls(WebApplicationType.SERVLET);
		TestServer plain = plain(WebApplicationType.SERVLET);
		http1("http/1.1 over TLS: ", tls, TLS);
		http1OfServlets("http/1.1 over TLS: ", tls, TLS);
		http1("http/1.1: ", plain, PLAIN);
		http1OfServlets("http/1.1: ", plain, PLAIN);
		http2(tls);
		http2OfServlets(tls);
		return results();
	}

	@TestFactory
	List<DynamicTest> notCutInWebFlux() {
		TestServer tls = tls(WebApplicationType.REACTIVE);
		TestServer plain = plain(WebApplicationType.REACTIVE);
		http1("http/1.1 over TLS: ", tls, TLS);
		http1OfWebFlux("http/1.1 over TLS: ", tls, TLS);
		http1("http/1.1: ", plain, PLAIN);
		http1OfWebFlux("http/1.1: ", plain, PLAIN);
		http2(tls);
		http2OfWebFlux(tls);
		return results();
	}

	private List<DynamicTest> results() {
		return this.clients.entrySet().stream().map((client) -> DynamicTest.dynamicTest(client.getKey(), () -> {
			try {
				client.getValue().get(60, TimeUnit.SECONDS);
			}
			catch (ExecutionException ex) {
				throw new AssertionError("%s; rejected until now: %s".formatted(client.getKey(), rejected()),
						ex.getCause());
			}
		})).toList();
	}

	/**
	 * Why requests were cut, for all servers and clients.
	 */
	private static Map<String, Double> rejected() {
		Map<String, Double> reasons = new TreeMap<>();
		Stream.of(tlsServers, plainServers)
			.flatMap((servers) -> servers.values().stream())
			.flatMap((server) -> server.bean(MeterRegistry.class)
				.find("hardened.requests.rejected")
				.functionCounters()
				.stream())
			.filter((counter) -> counter.count() > 0)
			.forEach((counter) -> reasons.merge(counter.getId().getTag("reason"), counter.count(), Double::sum));
		return reasons;
	}

	private void http1(String protocol, TestServer server, Function<TestServer, SlowClient> connector) {
		client(protocol + "upload at twice the minimum rate", () -> {
			try (SlowClient client = connector.apply(server)) {
				upload(client, "/hash", new byte[2500], 0, 50, 100);
			}
		});
		client(protocol + "long upload at twice the minimum rate", () -> {
			try (SlowClient client = connector.apply(server)) {
				upload(client, "/hash", new byte[72_500], 70_000, 50, 100);
			}
		});
		client(protocol + "upload that pauses", () -> {
			try (SlowClient client = connector.apply(server)) {
				upload(client, "/hash", new byte[70_000], 66_000, 1000, 1200);
			}
		});
		client(protocol + "upload to a handler that thinks before it reads", () -> {
			try (SlowClient client = connector.apply(server)) {
				upload(client, "/think-hash?millis=4500", new byte[75_000], 70_000, 1000, 100);
			}
		});
		client(protocol + "slow download", () -> {
			try (SlowClient client = connector.apply(server)) {
				download(client, 8_000_000, 25_000, 50, 6);
			}
		});
		client(protocol + "handler that thinks",
				() -> answers(connector.apply(server), "/think?millis=3500", "thought"));
		client(protocol + "callable that thinks",
				() -> answers(connector.apply(server), "/think-async?millis=3500", "thought"));
		client(protocol + "application that writes slowly",
				() -> answers(connector.apply(server), "/trickle?lines=2&millis=2500", "line 0\nline 1\n"));
		client(protocol + "server-sent events", () -> answers(connector.apply(server), "/events?events=2&millis=2500",
				"data:event 0\n\ndata:event 1\n\n"));
		client(protocol + "client that asks now and then", () -> {
			try (SlowClient client = connector.apply(server)) {
				for (int request = 0; request < 4; request++) {
					assertThat(client.get("/hello").response().text()).isEqualTo("hello");
					pause(1200);
				}
			}
		});
	}

	private void http1OfServlets(String protocol, TestServer server, Function<TestServer, SlowClient> connector) {
		client(protocol + "long upload to a read listener", () -> {
			try (SlowClient client = connector.apply(server)) {
				upload(client, "/hash-listener", new byte[72_500], 70_000, 50, 100);
			}
		});
		client(protocol + "upgraded connection that is quiet", () -> {
			try (SlowClient client = connector.apply(server)) {
				client.send("GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
				assertThat(client.response().status()).isEqualTo(101);
				for (int word = 0; word < 2; word++) {
					assertThat(client.send("hello\n").line()).isEqualTo("hello");
					pause(3000);
				}
				assertThat(client.send("still there\n").line()).isEqualTo("still there");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	private void http1OfWebFlux(String protocol, TestServer server, Function<TestServer, SlowClient> connector) {
		client(protocol + "long upload to a thread of its own", () -> {
			try (SlowClient client = connector.apply(server)) {
				upload(client, "/hash-async", new byte[72_500], 70_000, 50, 100);
			}
		});
	}

	private void http2(TestServer tls) {
		http2(tls, "upload at twice the minimum rate",
				(client) -> upload(client.post(1, "/hash"), 1, new byte[2500], 0, 50, 100));
		http2(tls, "long upload at twice the minimum rate",
				(client) -> upload(client.post(1, "/hash"), 1, new byte[72_500], 70_000, 50, 100));
		http2(tls, "upload that pauses",
				(client) -> upload(client.post(1, "/hash"), 1, new byte[70_000], 66_000, 1000, 1200));
		http2(tls, "handler that thinks",
				(client) -> assertThat(client.get(1, "/think?millis=3500").response(1).text()).isEqualTo("thought"));
		http2(tls, "callable that thinks",
				(client) -> assertThat(client.get(1, "/think-async?millis=3500").response(1).text())
					.isEqualTo("thought"));
		http2(tls, "application that writes slowly",
				(client) -> assertThat(client.get(1, "/trickle?lines=2&millis=2500").response(1).text())
					.isEqualTo("line 0\nline 1\n"));
		http2(tls, "server-sent events",
				(client) -> assertThat(client.get(1, "/events?events=2&millis=2500").response(1).text())
					.endsWith("data:event 1\n\n"));
		http2(tls, "client that asks now and then", (client) -> {
			for (int stream = 1; stream < 9; stream += 2) {
				assertThat(client.get(stream, "/hello").response(stream).text()).isEqualTo("hello");
				pause(1200);
			}
		});
		http2(tls, "download with windows opened slowly", (client) -> {
			client.slowly(Duration.ofMillis(300)).get(1, "/large?bytes=300000");
			assertThat(client.response(1).body()).hasSize(300_000);
		});
		http2(tls, "20 streams of which one is slow", (client) -> {
			client.post(1, "/hash");
			for (int stream = 3; stream < 41; stream += 2) {
				client.get(stream, "/think?millis=" + stream * 50);
			}
			upload(client, 1, new byte[2500], 0, 50, 100);
			for (int stream = 3; stream < 41; stream += 2) {
				assertThat(client.response(stream).text()).isEqualTo("thought");
			}
		});
		client("http/2: slow download on a connection that is full", () -> {
			try (Http2Client client = Http2Client.honest(tls.port(), 8192)) {
				client.windowUpdate(0, 1 << 30).slowly(Duration.ofMillis(32)).get(1, "/large?bytes=8000000");
				client.windowUpdate(1, 1 << 30);
				pause(8000);
				client.slowly(Duration.ZERO);
				assertThat(client.response(1).body()).hasSize(8_000_000);
			}
		});
		client("http/2: four slow downloads on a connection that is full", () -> {
			try (Http2Client client = Http2Client.honest(tls.port(), 8192)) {
				client.windowUpdate(0, 1 << 30).slowly(Duration.ofMillis(32));
				for (int stream = 1; stream < 9; stream += 2) {
					client.get(stream, "/large?bytes=3000000").windowUpdate(stream, 1 << 30);
				}
				pause(8000);
				client.slowly(Duration.ZERO);
				for (int stream = 1; stream < 9; stream += 2) {
					assertThat(client.response(stream).body()).hasSize(3_000_000);
				}
			}
		});
	}

	private void http2OfServlets(TestServer tls) {
		http2(tls, "long upload to a read listener",
				(client) -> upload(client.post(1, "/hash-listener"), 1, new byte[72_500], 70_000, 50, 100));
	}

	private void http2OfWebFlux(TestServer tls) {
		http2(tls, "long upload to a thread of its own",
				(client) -> upload(client.post(1, "/hash-async"), 1, new byte[72_500], 70_000, 50, 100));
		http2(tls, "upload to a handler that thinks before it reads",
				(client) -> upload(client.post(1, "/think-hash?millis=4500"), 1, new byte[70_000], 60_000, 1000, 100));
	}

	@Test
	void aClientWhoseRequestsNeverReachTheApplicationIsIdleBetweenThem() {
		List<String> properties = new ArrayList<>(List.of(DEADLINES));
		properties.addAll(List.of("server.servlet.context-path=/app", "hardened.timeout.idle=6s"));
		properties.remove("hardened.timeout.idle=3s");
		try (TestServer server = TestServer.start(properties.toArray(String[]::new));
				SlowClient client = SlowClient.tls(server.port())) {
			for (int request = 0; request < 4; request++) {
				assertThat(client.get("/elsewhere").response().status()).isEqualTo(404);
				pause(700);
			}
			pause(3800);
			assertThat(client.get("/app/hello").response().text()).isEqualTo("hello");
			assertThat(client.get("/elsewhere").response().status()).isEqualTo(404);
			pause(3800);
			assertThat(client.get("/elsewhere").response().status()).isEqualTo(404);
			assertThat(server.bean(Guard.class).connections()).singleElement()
				.satisfies((connection) -> assertThat(connection.closeReason()).isNull());
		}
	}

	@Test
	void anUpgradedConnectionEndsWhenNothingMoves() {
		TestServer tls = tls(WebApplicationType.SERVLET);
		try (SlowClient client = SlowClient.tls(tls.port())) {
			long start = System.nanoTime();
			client.send("GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
			assertThat(client.response().status()).isEqualTo(101);
			var connection = tls.bean(Guard.class)
				.connections()
				.stream()
				.filter((open) -> open.peer().equals(client.local()))
				.findFirst()
				.orElseThrow();
			client.awaitEnding(Duration.ofSeconds(20));
			assertThat((System.nanoTime() - start) / 1e9).isBetween(4.5, 15.0);
			assertThat(connection.closeReason()).isEqualTo(CloseReason.IDLE);
		}
	}

	private void client(String name, Runnable client) {
		this.clients.put(name, threads.submit(client));
	}

	private void http2(TestServer tls, String name, Consumer<Http2Client> client) {
		client("http/2: " + name, () -> {
			try (Http2Client honest = Http2Client.honest(tls.port())) {
				client.accept(honest);
			}
		});
	}

	private static void answers(SlowClient client, String path, String text) {
		try (client) {
			assertThat(client.get(path).response().text()).isEqualTo(text);
		}
	}

	private static void upload(SlowClient client, String path, byte[] body, int atOnce, int piece, long pause) {
		client.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n");
		client.send(Arrays.copyOf(body, atOnce));
		for (int at = atOnce; at < body.length; at += piece) {
			pause(pause);
			client.send(Arrays.copyOfRange(body, at, Math.min(body.length, at + piece)));
		}
		Response response = client.response();
		assertThat(response.text()).isEqualTo(Digest.of(body));
	}

	private static void upload(Http2Client client, int stream, byte[] body, int atOnce, int piece, long pause) {
		if (atOnce > 0) {
			client.upload(stream, Arrays.copyOf(body, atOnce), false);
		}
		for (int at = atOnce; at < body.length; at += piece) {
			pause(pause);
			int end = Math.min(body.length, at + piece);
			client.data(stream, Arrays.copyOfRange(body, at, end), end == body.length);
		}
		assertThat(client.response(stream).text()).isEqualTo(Digest.of(body));
	}

	private static void download(SlowClient client, int bytes, int piece, long pause, int seconds) {
		client.get("/large?bytes=" + bytes);
		long slowUntil = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
		try {
			while (!client.line().isEmpty()) {
				// Headers.
			}
			byte[] block = new byte[piece];
			long received = 0;
			int count = client.read(block);
			while (received + count < bytes) {
				received += count;
				if (System.nanoTime() < slowUntil) {
					pause(pause * count / piece);
				}
				count = client.read(block);
				assertThat(count).isPositive();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void pause(long millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

}
