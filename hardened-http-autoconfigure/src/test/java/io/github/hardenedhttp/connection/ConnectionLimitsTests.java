package io.github.hardenedhttp.connection;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure;
import io.github.hardenedhttp.testsupport.Digest;
import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import io.github.hardenedhttp.undertow.ConnectionProtocol;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * A plain server with room for five, and those who take it.
 */
@OnOneJava
@ExtendWith(OutputCaptureExtension.class)
class ConnectionLimitsTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final String HALF = "GET /hello HTTP/1.1\r\nHost: loc";

	private final List<SlowClient> clients = new ArrayList<>();

	@AfterEach
	void closeAll() {
		SlowClient.closeAll(this.clients);
	}

	@Test
	void whatConnectionsTakeIsNotTakenForWhatOthersHaveOpen() {
		ConnectionLedger ledger = mock(ConnectionLedger.class);
		FileDescriptorPressure descriptors = mock(FileDescriptorPressure.class);
		given(descriptors.max()).willReturn(1000L);
		given(descriptors.open()).willReturn(40L);
		ConnectionLimits limits = new ConnectionLimits(ledger, GuardMode.ENFORCE, new ConnectionCap(10_000), 0,
				descriptors, new ConnectionDescriptors(3));
		int room = (1000 - 40 - 48) / 3;
		assertThat(limits.connections()).isEqualTo(room);
		given(ledger.open()).willReturn(100);
		given(descriptors.open()).willReturn(40L + 3 * 100);
		limits.look(List.of(), 0);
		assertThat(limits.connections()).isEqualTo(room);
	}

	@Test
	void theOldestIdleConnectionMakesRoom() {
		try (TestServer server = start("hardened.connection.max=5")) {
			for (int number = 0; number < 5; number++) {
				assertThat(connect(server).get("/hello").response().text()).isEqualTo("hello");
				// The answer is there a little before the connection is idle.
				int idle = number + 1;
				assertThat(await(() -> count(server, ConnectionState.IDLE) == idle)).isTrue();
			}
			assertThat(connect(server).get("/hello").response().text()).isEqualTo("hello");
			assertThat(await(() -> closed(server, CloseReason.EVICTED) == 1)).isTrue();
			this.clients.get(0).awaitEnding(SOON);
			assertThat(this.clients.get(1).get("/hello").response().text()).isEqualTo("hello");
			assertThat(ledger(server).open()).isEqualTo(5);
		}
	}

	@Test
	void theClientThatHoldsMostMakesRoomForOthers() {
		try (TestServer server = start("hardened.connection.max=5", "hardened.timeout.read-header=60s")) {
			SlowClient honest = from("127.0.0.2", server).send(HALF);
			for (int number = 0; number < 4; number++) {
				connect(server).send(HALF);
			}
			assertThat(await(() -> ledger(server).open() == 5)).isTrue();
			for (int number = 0; number < 20; number++) {
				connect(server).send(HALF);
				try (SlowClient newcomer = SlowClient.connectFrom("127.0.0.3", server.port())) {
					assertThat(newcomer.get("/hello").response().text()).isEqualTo("hello");
				}
			}
			assertThat(honest.send("alhost\r\n\r\n").response().text()).isEqualTo("hello");
			assertThat(closed(server, CloseReason.LIMIT_TOTAL)).isZero();
			assertThat(closed(server, CloseReason.EVICTED)).isPositive();
		}
	}

	@Test
	void aNewcomerIsResetWhenAllAreServed() {
		try (TestServer server = start("hardened.connection.max=5")) {
			for (int number = 0; number < 5; number++) {
				connect(server).get("/think?millis=6000");
			}
			assertThat(await(() -> count(server, ConnectionState.ACTIVE) == 5)).isTrue();
			long start = System.nanoTime();
			assertThat(isReset("127.0.0.2", server)).isTrue();
			assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(5).toNanos());
			assertThat(await(() -> closed(server, CloseReason.LIMIT_TOTAL) == 1)).isTrue();
			for (int number = 0; number < 5; number++) {
				assertThat(this.clients.get(number).response().text()).isEqualTo("thought");
			}
		}
	}

	/**
	 * A byte before the server loses its patience, and hours to go.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx",
			"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n" })
	void whoeverKeepsAllWaitingMakesRoomForOthers(String request) {
		try (TestServer server = start("hardened.connection.max=20", "hardened.timeout.read=60s",
				"hardened.timeout.write=60s")) {
			SlowClient honest = from("127.0.0.2", server)
				.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nx");
			for (int number = 1; number < 20; number++) {
				connect(server).send(request);
			}
			assertThat(await(() -> count(server, ConnectionState.ACTIVE) == 20)).isTrue();
			for (int visit = 0; visit < 3; visit++) {
				assertThat(await(() -> isServed("127.0.0.3", server))).isTrue();
			}
			assertThat(honest.send("x").response().text()).isEqualTo(Digest.of("xx".getBytes()));
			assertThat(closed(server, CloseReason.EVICTED)).isPositive();
		}
	}

	private static boolean isServed(String address, TestServer server) {
		try (SlowClient client = SlowClient.connectFrom(address, server.port())) {
			return client.get("/hello").response().text().equals("hello");
		}
		catch (IllegalStateException ex) {
			return false;
		}
	}

	@Test
	void oneClientHasAsManyAsItMayHave() {
		try (TestServer server = start("hardened.connection.max-per-client=3")) {
			for (int number = 0; number < 3; number++) {
				assertThat(connect(server).get("/hello").response().text()).isEqualTo("hello");
			}
			assertThat(isReset("127.0.0.1", server)).isTrue();
			assertThat(await(() -> closed(server, CloseReason.LIMIT_CLIENT) == 1)).isTrue();
			assertThat(from("127.0.0.2", server).get("/hello").response().text()).isEqualTo("hello");
			this.clients.get(0).close();
			assertThat(await(() -> ledger(server).open() == 3)).isTrue();
			assertThat(connect(server).get("/hello").response().text()).isEqualTo("hello");
		}
	}

	@Test
	void theLastRequestOfAConnectionIsAnsweredWithTheWord() {
		try (TestServer server = start("hardened.connection.max-requests=3")) {
			SlowClient client = connect(server);
			for (int request = 0; request < 2; request++) {
				assertThat(client.get("/hello").response().headers().get("connection"))
					.isNotEqualToIgnoringCase("close");
			}
			SlowClient.Response last = client.get("/hello").response();
			assertThat(last.text()).isEqualTo("hello");
			assertThat(last.headers().get("connection")).isEqualToIgnoringCase("close");
			client.awaitEnding(SOON);
			assertThat(await(() -> closed(server, CloseReason.MAX_AGE) == 1)).isTrue();
		}
	}

	@Test
	void anOldConnectionIsNotKeptAlive() {
		try (TestServer server = start("hardened.connection.max-age=1s")) {
			SlowClient busy = connect(server).get("/think?millis=1200");
			SlowClient idle = connect(server);
			assertThat(idle.get("/hello").response().text()).isEqualTo("hello");
			assertThat(busy.response().text()).isEqualTo("thought");
			busy.awaitEnding(SOON);
			idle.awaitEnding(SOON);
			assertThat(await(() -> closed(server, CloseReason.MAX_AGE) == 2)).isTrue();
		}
	}

	@Test
	void anHttp2ConnectionThatHasCarriedEnoughEndsWhenItHasNoStream() {
		try (TestServer server = TestServer.start("hardened.connection.max-requests=3");
				Http2Client client = Http2Client.honest(server.port())) {
			client.get(1, "/think?millis=3000").get(3, "/hello").get(5, "/hello").get(7, "/hello");
			for (int stream = 3; stream < 9; stream += 2) {
				assertThat(client.response(stream).text()).isEqualTo("hello");
			}
			assertThat(client.response(1).text()).isEqualTo("thought");
			assertThat(client.awaitEnd(SOON)).isTrue();
			assertThat(client.frames().stream().dropWhile((frame) -> frame.type() != Http2Client.GOAWAY))
				.as("what follows when it was told")
				.noneMatch((frame) -> frame.stream() > 0);
			assertThat(client.frames()).anySatisfy((frame) -> {
				assertThat(frame.type()).isEqualTo(Http2Client.GOAWAY);
				assertThat(frame.payload()).endsWith(0, 0, 0, 0);
			});
			assertThat(await(() -> closed(server, CloseReason.MAX_AGE) == 1)).isTrue();
		}
	}

	@Test
	void anHttp2ClientThatAlwaysHasAStreamIsToldInTheEnd() {
		try (TestServer server = TestServer.start("hardened.connection.max-age=500ms");
				Http2Client client = Http2Client.honest(server.port())) {
			client.get(1, "/think?millis=5000").get(3, "/think?millis=1100");
			assertThat(client.response(3).text()).isEqualTo("thought");
			client.get(5, "/hello").get(7, "/hello");
			assertThat(client.await(SOON, (frames) -> frames.stream().anyMatch(ConnectionLimitsTests::asksForNoMore)))
				.isTrue();
			for (int stream = 5; stream < 9; stream += 2) {
				assertThat(client.response(stream).text()).isEqualTo("hello");
			}
			assertThat(client.response(1).text()).isEqualTo("thought");
			assertThat(client.awaitEnd(SOON)).isTrue();
		}
	}

	@Test
	void anHttp2RequestThatMeetsTheWordIsAnswered() {
		try (TestServer server = TestServer.start("hardened.connection.max-age=4s")) {
			// The first request takes long, and the second is to be over for a while.
			answersHello(server);
			answersTheLate(server);
		}
	}

	private static void answersHello(TestServer server) {
		try (Http2Client client = Http2Client.honest(server.port())) {
			assertThat(client.get(1, "/hello").response(1).text()).isEqualTo("hello");
		}
	}

	private static void answersTheLate(TestServer server) {
		try (Http2Client client = Http2Client.honest(server.port())) {
			assertThat(client.get(1, "/hello").response(1).text()).isEqualTo("hello");
			assertThat(client.await(SOON, (frames) -> frames.stream().anyMatch(ConnectionLimitsTests::asksForNoMore)))
				.isTrue();
			assertThat(client.get(3, "/hello").response(3).text()).isEqualTo("hello");
			assertThat(client.awaitEnd(SOON)).isTrue();
			assertThat(await(() -> closed(server, CloseReason.MAX_AGE) == 1)).isTrue();
		}
	}

	private static boolean asksForNoMore(Http2Client.Frame frame) {
		return frame.type() == Http2Client.GOAWAY && frame.payload()[0] == 0x7f;
	}

	@Test
	void whatIsOnlyObservedLivesAndIsCounted(CapturedOutput output) {
		try (TestServer server = start("hardened.mode=observe", "hardened.connection.max=3",
				"hardened.connection.max-per-client=4", "hardened.timeout.read-header=1s", "hardened.timeout.read=1s",
				"hardened.timeout.idle=1s", "logging.level.io.github.hardenedhttp=debug")) {
			SlowClient header = connect(server).send(HALF);
			SlowClient body = connect(server)
				.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nx");
			SlowClient idle = connect(server);
			assertThat(idle.get("/hello").response().text()).isEqualTo("hello");
			assertThat(connect(server).get("/hello").response().text()).isEqualTo("hello");
			assertThat(connect(server).get("/hello").response().text()).isEqualTo("hello");
			for (CloseReason reason : List.of(CloseReason.HEADER_TIMEOUT, CloseReason.READ_TIMEOUT, CloseReason.IDLE,
					CloseReason.EVICTED, CloseReason.LIMIT_CLIENT)) {
				assertThat(await(() -> ledger(server).counts().spared().get(reason) > 0)).as(reason.tag()).isTrue();
			}
			assertThat(header.send("alhost\r\n\r\n").response().text()).isEqualTo("hello");
			assertThat(body.send("yyy").response().status()).isEqualTo(200);
			assertThat(idle.get("/hello").response().text()).isEqualTo("hello");
			assertThat(ledger(server).counts().closed().values()).containsOnly(0L);
			assertThat(ledger(server).counts().rejected().values()).containsOnly(0L);
			assertThat(output).contains("Would have been closed (header-timeout)");
		}
	}

	@Test
	void asManyAreCountedAsWouldHaveGone() {
		try (TestServer server = start("hardened.mode=observe", "hardened.connection.max=3")) {
			for (int number = 0; number < 10; number++) {
				assertThat(connect(server).get("/hello").response().text()).isEqualTo("hello");
				// Only who is idle would have to go.
				int idle = number + 1;
				assertThat(await(() -> count(server, ConnectionState.IDLE) == idle)).isTrue();
			}
			assertThat(ledger(server).counts().spared()).containsEntry(CloseReason.EVICTED, 7L);
			assertThat(ledger(server).open()).isEqualTo(10);
			assertThat(ledger(server).staying()).isEqualTo(3);
		}
	}

	@Test
	void aWornHttp2ConnectionThatIsOnlyObservedIsNotToldToGo() {
		try (TestServer server = TestServer.start("hardened.mode=observe", "hardened.connection.max-requests=1");
				Http2Client client = Http2Client.honest(server.port())) {
			assertThat(client.get(1, "/hello").response(1).text()).isEqualTo("hello");
			assertThat(await(() -> ledger(server).counts().spared().get(CloseReason.MAX_AGE) > 0)).isTrue();
			assertThat(client.get(3, "/hello").response(3).text()).isEqualTo("hello");
			assertThat(client.frames()).noneMatch((frame) -> frame.type() == Http2Client.GOAWAY);
		}
	}

	@Test
	void aForcedCloseIsAnEvent() throws InterruptedException {
		try (TestServer server = TestServer.startWith(List.of(BlockList.class), "hardened.tls.enabled=false",
				"hardened.timeout.read-header=4s")) {
			connect(server).get("/hello").response();
			this.clients.get(0).close();
			SlowClient slow = connect(server).send(HALF);
			ForcedCloseEvent event = server.bean(BlockList.class).events.poll(20, TimeUnit.SECONDS);
			assertThat(event).isNotNull();
			assertThat(event.client()).isEqualTo(new InetSocketAddress("127.0.0.1", slow.local().getPort()));
			assertThat(event.reason()).isEqualTo(CloseReason.HEADER_TIMEOUT);
			assertThat(event.listener()).isEqualTo("http");
			assertThat(event.protocol()).isEqualTo(ConnectionProtocol.NONE);
			assertThat(event.state()).isEqualTo(ConnectionState.REQUEST_HEADER);
			assertThat(event.age()).isBetween(Duration.ofMillis(3900), Duration.ofSeconds(20));
			assertThat(event.bytesRead()).isEqualTo(HALF.length());
			assertThat(server.bean(BlockList.class).events).isEmpty();
		}
	}

	@Test
	void aMinuteIsOneLineForEachReason(CapturedOutput output) {
		try (TestServer server = start("hardened.timeout.read-header=1s")) {
			for (int number = 0; number < 3; number++) {
				connect(server).send(HALF);
			}
			assertThat(await(() -> closed(server, CloseReason.HEADER_TIMEOUT) == 3)).isTrue();
			// Whoever counts for the line is told after the ledger.
			assertThat(await(() -> server.bean(Guard.class).connections().isEmpty())).isTrue();
			assertThat(output).doesNotContain("In the last minute");
			ForcedCloses forcedCloses = server.bean(ForcedCloses.class);
			forcedCloses.look(List.of(), 0);
			forcedCloses.look(List.of(), 0);
			assertThat(output).containsOnlyOnce("In the last minute")
				.contains("In the last minute closed 3 connections or HTTP/2 streams: header-timeout");
		}
	}

	private static TestServer start(String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.add("hardened.tls.enabled=false");
		return TestServer.start(all.toArray(String[]::new));
	}

	private SlowClient connect(TestServer server) {
		return from("127.0.0.1", server);
	}

	private SlowClient from(String address, TestServer server) {
		SlowClient client = SlowClient.connectFrom(address, server.port());
		this.clients.add(client);
		return client;
	}

	private static boolean isReset(String address, TestServer server) {
		try (SlowClient client = SlowClient.connectFrom(address, server.port())) {
			return client.awaitEnding(SOON) == SlowClient.Ending.RESET;
		}
		catch (IllegalStateException ex) {
			// Already while it connected.
			return true;
		}
	}

	private static ConnectionLedger ledger(TestServer server) {
		return server.bean(ConnectionLedger.class);
	}

	private static long closed(TestServer server, CloseReason reason) {
		Map<CloseReason, Long> closed = ledger(server).counts().closed();
		return closed.get(reason);
	}

	private static long count(TestServer server, ConnectionState state) {
		return server.bean(Guard.class).connections().stream().filter((each) -> each.state() == state).count();
	}

	private static boolean await(BooleanSupplier condition) {
		long end = System.nanoTime() + SOON.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - end > 0) {
				return false;
			}
			LockSupport.parkNanos(5_000_000);
		}
		return true;
	}

	static class BlockList {

		private final BlockingQueue<ForcedCloseEvent> events = new LinkedBlockingQueue<>();

		@EventListener
		void block(ForcedCloseEvent event) {
			this.events.add(event);
		}

	}

}
