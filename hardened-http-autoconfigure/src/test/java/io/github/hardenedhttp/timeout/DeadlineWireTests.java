package io.github.hardenedhttp.timeout;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every way to keep the server waiting, on every protocol: with deadlines of a second,
 * each is over within two.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeadlineWireTests {

	// Another number with -Dtest.jvm.options=-Ddeadline.seconds=3, for a table to show.
	private static final int SECONDS = Integer.getInteger("deadline.seconds", 1);

	private static final Path TABLE = Path.of("target", "deadlines.md");

	private static final Duration TOO_LATE = Duration.ofSeconds(SECONDS + 1);

	private static final Duration OBSERVED = Duration.ofSeconds(SECONDS + 7);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final String[] DEADLINES = Stream
		.of("handshake", "read-header", "read", "write", "idle", "upgraded-idle")
		.map((phase) -> "hardened.timeout." + phase + "=" + SECONDS + "s")
		.toArray(String[]::new);

	private static final String HEADER = "GET /hello HTTP/1.1\r\nHost: localhost\r\n";

	// What WebFlux says of a client that leaves while it is answered: ours, in the end.
	private static final String LEFT = "Error [java.nio.channels.ClosedChannelException] for HTTP GET \"/hello?beside\"";

	private static final String POST = "POST /hash HTTP/1.1\r\nHost: localhost\r\n";

	private final Map<String, Attack> attacks = new LinkedHashMap<>();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void http1OverTlsIsCutAtTheDeadlines(WebApplicationType type, TestReporter reporter, CapturedOutput output)
			throws Exception {
		http1((server) -> SlowClient.tls(server.port()), (server) -> SlowClient.tls(server.port(), 4096));
		handshake();
		attack("handshake, then silence", CloseReason.HEADER_TIMEOUT,
				(server) -> new Stalled(SlowClient.tls(server.port())));
		try (TestServer server = TestServer.start(type, DEADLINES)) {
			verify("https", type, server, reporter, output);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void plainHttp1IsCutAtTheDeadlines(WebApplicationType type, TestReporter reporter, CapturedOutput output)
			throws Exception {
		http1((server) -> SlowClient.connect(server.port()), (server) -> SlowClient.connect(server.port(), 4096));
		attack("silent", CloseReason.HEADER_TIMEOUT, (server) -> new Stalled(SlowClient.connect(server.port())));
		try (TestServer server = TestServer.start(type, with("hardened.tls.enabled=false"))) {
			verify("http", type, server, reporter, output);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void http2IsCutAtTheDeadlines(WebApplicationType type, TestReporter reporter, CapturedOutput output)
			throws Exception {
		handshake();
		http2();
		try (TestServer server = TestServer.start(type, DEADLINES)) {
			verify("h2", type, server, reporter, output);
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET,64KB,/hash-listener,/hash-callable", "SERVLET,0B,/hash-listener,/hash-callable",
			"REACTIVE,64KB,/hash-async,/form" })
	void streamsThatAreCutLeaveNothingBehind(WebApplicationType type, String bodyBuffer, String third, String fourth,
			CapturedOutput output) {
		try (TestServer server = TestServer.start(type, "hardened.timeout.read=1s", "hardened.timeout.write=1s",
				"hardened.timeout.body-buffer=" + bodyBuffer);
				Http2Client client = Http2Client.tls(server.port()).preface(4, 0)) {
			int logged = output.getAll().length();
			client.post(1, "/hash").data(1, new byte[10], false);
			client.post(3, "/ignore").data(3, new byte[10], false);
			client.post(5, third).data(5, new byte[10], false);
			client.post(7, fourth, "content-type", "application/x-www-form-urlencoded").data(7, new byte[10], false);
			client.get(9, "/large")
				.get(11, "/hello")
				.get(13, "/think-async?millis=10")
				.get(15, "/trickle?lines=1&millis=1");
			for (int stream = 1; stream < 17; stream += 2) {
				assertThat(client.awaitReset(stream, OBSERVED)).as("stream %d", stream).isTrue();
			}
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(await(OBSERVED, () -> deadlines.running() == 0)).as("running: %d", deadlines.running()).isTrue();
			assertThat(await(OBSERVED, () -> workersAreBack(server))).isTrue();
			assertThat(output.getAll().substring(logged)).doesNotContain(" WARN ").doesNotContain("ERROR ");
			assertThat(server.bean(Guard.class).connections()).singleElement()
				.satisfies((connection) -> assertThat(await(OBSERVED, () -> connection.state() == ConnectionState.IDLE))
					.as("%s", connection)
					.isTrue());
		}
	}

	private void handshake() {
		attack("silent", CloseReason.HANDSHAKE_TIMEOUT, (server) -> new Stalled(SlowClient.connect(server.port())));
		attack("half client hello", CloseReason.HANDSHAKE_TIMEOUT,
				(server) -> new Stalled(SlowClient.connect(server.port()).send(SlowClient.halfClientHello())));
		attack("client hello dripped", CloseReason.HANDSHAKE_TIMEOUT, (server) -> new Stalled(
				SlowClient.connect(server.port()).drip(SlowClient.halfClientHello(), 1, Duration.ofMillis(200))));
	}

	private void http1(Connector connector, Connector smallBuffer) {
		attack("header stalled", CloseReason.HEADER_TIMEOUT,
				(server) -> new Stalled(connector.connect(server).send(HEADER)));
		attack("header dripped", CloseReason.HEADER_TIMEOUT, (server) -> new Stalled(
				connector.connect(server).drip(HEADER + "X: " + "x".repeat(100), Duration.ofMillis(200))));
		attack("second header stalled", CloseReason.HEADER_TIMEOUT,
				(server) -> new Stalled(answered(connector.connect(server).get("/hello")).send(HEADER)));
		attack("body stalled", CloseReason.READ_TIMEOUT,
				(server) -> new Stalled(connector.connect(server).send(POST + "Content-Length: 1000\r\n\r\nx")));
		attack("body dripped", CloseReason.READ_TIMEOUT, (server) -> {
			SlowClient client = connector.connect(server).send(POST + "Content-Length: 1000\r\n\r\n");
			return new Stalled(client.drip("x".repeat(1000), SECOND));
		});
		attack("large body stalled", CloseReason.READ_TIMEOUT, (server) -> {
			SlowClient client = connector.connect(server).send(POST + "Content-Length: 1000000\r\n\r\n");
			return new Stalled(client.send(new byte[70_000]));
		});
		attack("large body dripped", CloseReason.READ_TIMEOUT, (server) -> {
			SlowClient client = connector.connect(server).send(POST + "Content-Length: 1000000\r\n\r\n");
			return new Stalled(client.send(new byte[70_000]).drip("x".repeat(1000), SECOND));
		});
		attack("chunked body stalled", CloseReason.READ_TIMEOUT, (server) -> new Stalled(
				connector.connect(server).send(POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nab")));
		attack("chunk size dripped", CloseReason.READ_TIMEOUT, (server) -> {
			SlowClient client = connector.connect(server).send(POST + "Transfer-Encoding: chunked\r\n\r\n5");
			return new Stalled(client.drip(";" + "x".repeat(1000), Duration.ofMillis(200)));
		});
		attack("unread body stalled", CloseReason.READ_TIMEOUT, (server) -> {
			SlowClient client = connector.connect(server)
				.send("POST /ignore HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
			return new Stalled(client.send(new byte[70_000]));
		});
		attack("reader stalled", CloseReason.WRITE_TIMEOUT,
				(server) -> new Stalled(smallBuffer.connect(server).get("/large")));
		attack("reader dripped", CloseReason.WRITE_TIMEOUT, (server) -> new Stalled(
				smallBuffer.connect(server).get("/large").readDripping(10, Duration.ofMillis(200))));
		attack("idle", CloseReason.IDLE, (server) -> new Stalled(answered(connector.connect(server).get("/hello"))));
	}

	private void http2() {
		attack("handshake, then silence", CloseReason.HEADER_TIMEOUT,
				(server) -> new Stalled(Http2Client.tls(server.port())));
		attack("preface", CloseReason.HEADER_TIMEOUT,
				(server) -> new Stalled(Http2Client.tls(server.port()).preface()));
		attack("preface and PING", CloseReason.HEADER_TIMEOUT,
				(server) -> new Stalled(pinging(Http2Client.tls(server.port()).preface())));
		attack("preface dripped", CloseReason.HEADER_TIMEOUT, (server) -> {
			Http2Client client = Http2Client.tls(server.port());
			int[] next = { 0 };
			return new Stalled(client.every(Duration.ofMillis(200),
					() -> client.send(new byte[] { (byte) "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".charAt(next[0]++) })));
		});
		attack("frame header stalled", CloseReason.HEADER_TIMEOUT,
				(server) -> new Stalled(Http2Client.tls(server.port()).preface().send(new byte[] { 0, 0, 20, 1 })));
		attack("half header block", null, (server) -> {
			byte[] block = Http2Client.headers("GET", "/hello");
			return new Stalled(Http2Client.tls(server.port()).preface().frame(Http2Client.HEADERS, 1, 1, block), 1);
		});
		attack("half header block, body to come", null, (server) -> {
			byte[] block = Http2Client.headers("POST", "/hash");
			return new Stalled(Http2Client.tls(server.port()).preface().frame(Http2Client.HEADERS, 0, 1, block), 1);
		});
		attack("CONTINUATION dripped", null, (server) -> {
			byte[] block = Http2Client.headers("GET", "/hello");
			Http2Client client = Http2Client.tls(server.port())
				.preface()
				.frame(Http2Client.HEADERS, 1, 1, new byte[] { block[0] });
			int[] next = { 1 };
			return new Stalled(client.every(Duration.ofMillis(200),
					() -> client.frame(Http2Client.CONTINUATION, 0, 1, new byte[] { block[next[0]++] })));
		});
		attack("body stalled", null, (server) -> new Stalled(
				Http2Client.tls(server.port()).preface().post(1, "/hash").data(1, new byte[10], false), 1));
		attack("body dripped", null, (server) -> {
			Http2Client client = Http2Client.tls(server.port()).preface().post(1, "/hash");
			return new Stalled(client.every(SECOND, () -> client.data(1, new byte[1], false)), 1);
		});
		attack("empty DATA dripped", null, (server) -> {
			Http2Client client = Http2Client.tls(server.port()).preface().post(1, "/hash");
			return new Stalled(client.every(Duration.ofMillis(200), () -> client.data(1, new byte[0], false)), 1);
		});
		attack("large body stalled", null, (server) -> {
			Http2Client client = Http2Client.tls(server.port()).preface().post(1, "/hash", "content-length", "100000");
			return new Stalled(client.data(1, new byte[60_000], false), 1);
		});
		attack("body stalled beside requests that go on", null, (server) -> {
			Http2Client client = Http2Client.tls(server.port()).preface().post(1, "/hash");
			int[] next = { 3 };
			return new Stalled(client.every(Duration.ofMillis(200), () -> client.get(next[0] += 2, "/hello?beside")),
					1);
		});
		attack("zero window", null,
				(server) -> new Stalled(Http2Client.tls(server.port()).preface(4, 0).get(1, "/large?bytes=1048576"),
						1));
		attack("zero window, small response", null,
				(server) -> new Stalled(Http2Client.tls(server.port()).preface(4, 0).get(1, "/hello"), 1));
		attack("window left closed", null,
				(server) -> new Stalled(Http2Client.tls(server.port()).preface().get(1, "/large"), 1));
		attack("WINDOW_UPDATE dripped", null, (server) -> {
			Http2Client client = Http2Client.tls(server.port()).preface(4, 0).get(1, "/large");
			return new Stalled(client.every(Duration.ofMillis(200), () -> client.windowUpdate(1, 1)), 1);
		});
		attack("reader stalled", CloseReason.WRITE_TIMEOUT, (server) -> {
			Http2Client client = Http2Client.honest(server.port(), 4096).windowUpdate(0, 1 << 30);
			client.pause();
			return new Stalled(client.get(1, "/large").windowUpdate(1, 1 << 30));
		});
		attack("idle", CloseReason.IDLE, (server) -> new Stalled(answered(Http2Client.honest(server.port()))));
		attack("idle and PING", CloseReason.IDLE,
				(server) -> new Stalled(pinging(answered(Http2Client.honest(server.port())))));
		attack("idle and half a header block", null, (server) -> new Stalled(answered(Http2Client.honest(server.port()))
			.frame(Http2Client.HEADERS, 1, 3, Http2Client.headers("GET", "/hello")), 3));
	}

	private static SlowClient answered(SlowClient client) {
		assertThat(client.response().status()).isEqualTo(200);
		return client;
	}

	private static Http2Client answered(Http2Client client) {
		assertThat(client.get(1, "/hello").response(1).status()).isEqualTo(200);
		return client;
	}

	private static Http2Client pinging(Http2Client client) {
		return client.every(Duration.ofMillis(200), client::ping);
	}

	private void attack(String name, CloseReason reason, Attack.Start start) {
		this.attacks.put(name, new Attack(reason, start));
	}

	private static String[] with(String... more) {
		List<String> all = new ArrayList<>(List.of(DEADLINES));
		all.addAll(List.of(more));
		return all.toArray(String[]::new);
	}

	private void verify(String protocol, WebApplicationType type, TestServer server, TestReporter reporter,
			CapturedOutput output) throws Exception {
		warmUp(server, protocol);
		Guard guard = server.bean(Guard.class);
		int logged = output.getAll().length();
		Map<String, Future<Outcome>> running = new LinkedHashMap<>();
		ExecutorService threads = Executors.newCachedThreadPool();
		try {
			this.attacks.forEach((name, attack) -> running.put(name, threads.submit(() -> attack.run(server, guard))));
			SoftAssertions soft = new SoftAssertions();
			for (Map.Entry<String, Future<Outcome>> attack : running.entrySet()) {
				Outcome outcome = attack.getValue().get();
				reporter.publishEntry(type + " " + protocol + ": " + attack.getKey(), outcome.toString());
				Files.writeString(TABLE, "| %s | %s | %s | %s |%n".formatted(type, protocol, attack.getKey(), outcome),
						StandardOpenOption.CREATE, StandardOpenOption.APPEND);
				soft.assertThat(outcome.seconds())
					.as("%s: seconds until it is over", attack.getKey())
					.isLessThan(TOO_LATE.toMillis() / 1000.0);
				CloseReason expected = this.attacks.get(attack.getKey()).reason;
				if (expected != null) {
					soft.assertThat(outcome.patience())
						.as("%s: patience", attack.getKey())
						.isGreaterThan(SECONDS - 0.4);
					soft.assertThat(outcome.reason()).as("%s: reason", attack.getKey()).isEqualTo(expected);
				}
			}
			soft.assertThat(await(OBSERVED, () -> guard.connections().isEmpty()))
				.as("connections left: %s", guard.connections())
				.isTrue();
			WorkerPool pool = server.context().getBeanProvider(WorkerPool.class).getIfAvailable();
			if (pool != null) {
				soft.assertThat(await(OBSERVED, () -> pool.active() == 0)).as("workers back").isTrue();
				soft.assertThat(pool.waiting()).as("waiting workers").isZero();
			}
			soft.assertThat(output.getAll().substring(logged).lines())
				.filteredOn((line) -> !line.contains(LEFT))
				.noneMatch((line) -> line.contains(" WARN ") || line.contains("ERROR "));
			soft.assertAll();
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static boolean workersAreBack(TestServer server) {
		return server.context().getBeanProvider(WorkerPool.class).stream().allMatch((pool) -> pool.active() == 0);
	}

	private static void warmUp(TestServer server, String protocol) {
		boolean warm = await(OBSERVED, () -> {
			try (SlowClient client = protocol.equals("http") ? SlowClient.connect(server.port())
					: SlowClient.tls(server.port())) {
				answered(client.get("/hello"));
				if (!protocol.equals("http")) {
					try (Http2Client other = Http2Client.honest(server.port())) {
						answered(other);
					}
				}
				return true;
			}
			catch (IllegalStateException ex) {
				return false;
			}
		});
		assertThat(warm).isTrue();
		Guard guard = server.bean(Guard.class);
		await(OBSERVED, () -> guard.connections().isEmpty());
	}

	static boolean await(Duration atMost, BooleanSupplier condition) {
		long end = System.nanoTime() + atMost.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - end > 0) {
				return false;
			}
			LockSupport.parkNanos(5_000_000);
		}
		return true;
	}

	private interface Connector {

		SlowClient connect(TestServer server);

	}

	/**
	 * One way to keep the server waiting.
	 *
	 * @param reason the reason the connection must end for, {@code null} where only a
	 * stream has to end, or any
	 * @param start goes as far as the client goes; the clock starts when it returns
	 */
	private record Attack(CloseReason reason, Start start) {

		Outcome run(TestServer server, Guard guard) {
			try (Stalled stalled = stall(server)) {
				long start = System.nanoTime();
				GuardedConnection connection = stalled.find(guard);
				LastState last = new LastState(connection);
				boolean over = stalled.awaitOver(last);
				double seconds = (System.nanoTime() - start) / 1e9;
				return new Outcome(over ? seconds : Double.POSITIVE_INFINITY, last.seconds(),
						(connection != null) ? connection.closeReason() : null);
			}
		}

		// On a machine with much else to do the honest beginning may take too long, too.
		private Stalled stall(TestServer server) {
			for (int attempt = 1;; attempt++) {
				try {
					return this.start.stall(server);
				}
				catch (IllegalStateException ex) {
					if (attempt == 3) {
						throw ex;
					}
				}
			}
		}

		private interface Start {

			Stalled stall(TestServer server);

		}

	}

	/**
	 * What was seen.
	 *
	 * @param seconds how long it took, as the client sees it
	 * @param patience how long the server let the connection be in its last state
	 * @param reason why it was closed
	 */
	private record Outcome(double seconds, double patience, CloseReason reason) {

		@Override
		public String toString() {
			return "%.2f s %s".formatted(this.seconds, (this.reason != null) ? this.reason.tag() : "");
		}

	}

	/**
	 * The state of a connection before there was a reason to close it.
	 */
	private static final class LastState {

		// Who has not looked for so long knows only that it was over by now.
		private static final long NOT_LOOKED = 100_000_000;

		private final GuardedConnection connection;

		private ConnectionState state;

		private long since;

		private long until;

		private boolean ends;

		LastState(GuardedConnection connection) {
			this.connection = connection;
			this.since = (connection != null) ? connection.openedAt() : 0;
		}

		boolean isOver() {
			if (this.connection == null) {
				return true;
			}
			ConnectionState now = this.connection.state();
			long since = this.connection.stateSince();
			if (this.connection.closeReason() == null) {
				this.since = (now != this.state) ? since : this.since;
				this.state = now;
			}
			if (this.connection.closeReason() == null || this.state == null) {
				this.until = System.nanoTime();
			}
			else if (!this.ends) {
				this.ends = true;
				if (System.nanoTime() - this.until > NOT_LOOKED) {
					this.until = (now == ConnectionState.CLOSED) ? since : System.nanoTime();
				}
			}
			return now == ConnectionState.CLOSED;
		}

		double seconds() {
			return (this.until - this.since) / 1e9;
		}

	}

	/**
	 * A client that has gone as far as it goes.
	 */
	private static final class Stalled implements AutoCloseable {

		private final InetSocketAddress address;

		private final Http2Client http2;

		private final int stream;

		private final AutoCloseable client;

		Stalled(SlowClient client) {
			this.address = client.local();
			this.client = client;
			this.http2 = null;
			this.stream = 0;
		}

		Stalled(Http2Client client) {
			this(client, 0);
		}

		Stalled(Http2Client client, int stream) {
			this.address = client.local();
			this.client = client;
			this.http2 = client;
			this.stream = stream;
		}

		GuardedConnection find(Guard guard) {
			AtomicReference<GuardedConnection> found = new AtomicReference<>();
			DeadlineWireTests.await(Duration.ofSeconds(5), () -> {
				guard.connections()
					.stream()
					.filter((connection) -> connection.peer().equals(this.address))
					.forEach(found::set);
				return found.get() != null;
			});
			return found.get();
		}

		boolean awaitOver(LastState last) {
			// With its connection a stream ends, too, whether it is reset before or not.
			if (this.stream > 0 && this.http2.awaitReset(this.stream, OBSERVED)) {
				return true;
			}
			return await(OBSERVED, last::isOver);
		}

		@Override
		public void close() {
			try {
				this.client.close();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
