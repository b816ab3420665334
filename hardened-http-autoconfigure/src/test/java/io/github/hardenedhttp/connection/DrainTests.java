package io.github.hardenedhttp.connection;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.Http2Client.Frame;
import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Ending;
import io.github.hardenedhttp.testsupport.SlowClient.Response;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Clients of every kind, and a server that is stopped.
 */
@OnOneJava
class DrainTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	// Draining waits for five seconds where it does not know what else to do.
	private static final Duration LONG = Duration.ofSeconds(4);

	private final List<Closeable> closeables = new ArrayList<>();

	private TestServer server;

	private Guard guard;

	private DrainLifecycle drain;

	private int port;

	private long stoppedAt;

	private long drainingAt;

	@AfterEach
	void close() {
		SlowClient.closeAll(this.closeables);
		this.server.close();
	}

	@Test
	void aConnectionThatWasSilentIsClosedAtOnce() throws Exception {
		start("server.shutdown=graceful");
		SlowClient client = client();
		client.get("/hello").response();
		List<GuardedConnection> connections = this.guard.connections();
		TimeUnit.MILLISECONDS.sleep(600);
		CompletableFuture<Void> stopped = stop();
		assertThat(client.awaitEnding(SOON)).isEqualTo(Ending.END_OF_STREAM);
		assertThat(Duration.ofNanos(System.nanoTime() - this.drainingAt)).isLessThan(DrainPlan.PATIENCE);
		assertThat(stopped).succeedsWithin(SOON);
		assertThat(elapsed()).isLessThan(LONG);
		assertThat(connections).extracting(GuardedConnection::closeReason).containsOnly(CloseReason.SHUTDOWN);
	}

	@Test
	void aConnectionThatWasUsedAMomentAgoGetsOneMoreAnswer() throws Exception {
		start("server.shutdown=graceful");
		SlowClient busy = client();
		SlowClient silent = client();
		silent.get("/hello").response();
		busy.get("/hello").response();
		CompletableFuture<Void> stopped = drain();
		TimeUnit.MILLISECONDS.sleep(300);
		Response response = busy.get("/hello").response();
		assertThat(response.text()).isEqualTo("hello");
		assertThat(response.headers()).containsEntry("connection", "close");
		assertThat(busy.awaitEnding(SOON)).isEqualTo(Ending.END_OF_STREAM);
		assertThat(silent.awaitEnding(SOON)).isEqualTo(Ending.END_OF_STREAM);
		assertThat(elapsed()).isBetween(Duration.ofMillis(900), LONG);
		assertThat(stopped).succeedsWithin(SOON);
	}

	@Test
	void webFluxAnswersOnceMoreToo() throws Exception {
		start(WebApplicationType.REACTIVE, "server.shutdown=graceful", "hardened.connection.max-requests=1000000");
		SlowClient busy = client();
		SlowClient running = client().get("/think?millis=3000");
		await(1, ConnectionState.ACTIVE);
		CompletableFuture<Void> stopped = beginToStop();
		Response last = busy.get("/hello").response();
		while (!"close".equals(last.headers().get("connection"))) {
			assertThat(last.text()).isEqualTo("hello");
			last = busy.get("/hello").response();
		}
		assertThat(last.text()).isEqualTo("hello");
		assertThat(this.guard.isDraining()).isTrue();
		assertThat(running.response().text()).isEqualTo("thought");
		assertThat(stopped).succeedsWithin(SOON);
		assertThat(elapsed()).isLessThan(LONG.plusSeconds(1));
	}

	@Test
	void runningRequestsFinishAndNobodyNewIsAccepted() throws Exception {
		start("server.shutdown=graceful");
		SlowClient longest = client().get("/think?millis=5000");
		SlowClient events = client().get("/events?events=4&millis=700");
		SlowClient trickle = client().get("/trickle?lines=14&millis=250");
		Http2Client http2 = http2().get(1, "/think?millis=2500");
		await(4, ConnectionState.ACTIVE);
		assertThat(trickle.line()).startsWith("HTTP/1.1 200");
		CompletableFuture<Void> stopped = stop();
		assertThat(isRefusedWithin(Duration.ofSeconds(2))).isTrue();
		// It was promised that the connection stays, but whoever asks now must not meet
		// 503.
		trickle.get("/hello");
		assertThat(http2.response(1).text()).isEqualTo("thought");
		assertThat(http2.frames().stream().takeWhile((frame) -> frame.type() != Http2Client.DATA))
			.as("announced while a stream runs")
			.anyMatch(DrainTests::isAnnouncement);
		assertThat(http2.awaitEnd(SOON)).isTrue();
		Response stream = events.response();
		assertThat(stream.text()).contains("event 3");
		assertThat(stream.headers()).as("an end that can be told from a cut")
			.containsEntry("transfer-encoding", "chunked");
		List<String> lines = new ArrayList<>();
		for (String line = trickle.line(); !line.equals("0"); line = trickle.line()) {
			lines.add(line);
		}
		assertThat(lines).contains("line 0", "line 13");
		assertThat(trickle.line()).isEmpty();
		assertThatThrownBy(trickle::line).as("the one that was asked meanwhile").isInstanceOf(IOException.class);
		Response response = longest.response();
		assertThat(response.text()).isEqualTo("thought");
		assertThat(response.headers()).containsEntry("connection", "close");
		assertThat(stopped).succeedsWithin(SOON);
		assertThat(elapsed()).isLessThan(Duration.ofSeconds(9));
	}

	@Test
	void anHttp2ClientIsToldAndItsStreamsAreStillServed() throws Exception {
		start("server.shutdown=graceful");
		Http2Client silent = http2();
		silent.get(1, "/hello").response(1);
		await(1, ConnectionState.IDLE);
		TimeUnit.MILLISECONDS.sleep(600);
		Http2Client busy = http2();
		busy.get(1, "/hello").response(1);
		await(2, ConnectionState.IDLE);
		CompletableFuture<Void> stopped = drain();
		assertThat(silent.awaitEnd(SOON)).isTrue();
		assertThat(silent.frames()).as("at once").noneMatch(DrainTests::isAnnouncement);
		assertThat(silent.frames()).anyMatch((frame) -> isGoodbye(frame, 1));
		assertThat(busy.await(SOON, (frames) -> frames.stream().anyMatch(DrainTests::isAnnouncement))).isTrue();
		assertThat(busy.get(3, "/hello").response(3).text()).isEqualTo("hello");
		assertThat(busy.awaitEnd(SOON)).isTrue();
		assertThat(busy.frames()).anyMatch((frame) -> isGoodbye(frame, 3));
		assertThat(elapsed()).isLessThan(LONG);
		assertThat(stopped).succeedsWithin(SOON);
	}

	@Test
	void theLastHttp2StreamEndsWholeAlthoughItsClientStillSends() throws Exception {
		start("server.shutdown=graceful");
		Http2Client client = http2();
		client.get(1, "/think?millis=2000");
		await(1, ConnectionState.ACTIVE);
		CompletableFuture<Void> stopped = stop();
		assertThat(client.response(1).text()).isEqualTo("thought");
		long answeredAt = System.nanoTime();
		while (System.nanoTime() - answeredAt < 300_000_000L) {
			try {
				client.ping();
			}
			catch (IllegalStateException ex) {
				// The server has waited long enough.
				break;
			}
			TimeUnit.MILLISECONDS.sleep(20);
		}
		assertThat(client.awaitEnd(SOON)).isTrue();
		assertThat(stopped).succeedsWithin(SOON);
	}

	@Test
	void aRequestOnItsWayIsAnsweredAndOneThatNeverComesIsCut() throws Exception {
		start("server.shutdown=graceful");
		SlowClient slow = client().send("GET /hello HTTP/1.1\r\n");
		SlowClient never = client().send("GET /hello HTTP/1.1\r\n");
		SlowClient silent = SlowClient.connect(this.server.port());
		this.closeables.add(silent);
		await(2, ConnectionState.REQUEST_HEADER);
		CompletableFuture<Void> stopped = drain();
		TimeUnit.MILLISECONDS.sleep(200);
		Response response = slow.send("Host: localhost\r\n\r\n").response();
		assertThat(response.text()).isEqualTo("hello");
		assertThat(response.headers()).containsEntry("connection", "close");
		assertThat(never.awaitEnding(SOON)).isEqualTo(Ending.RESET);
		assertThat(silent.awaitEnding(SOON)).isEqualTo(Ending.RESET);
		assertThat(stopped).succeedsWithin(SOON);
		assertThat(elapsed()).isLessThan(LONG);
	}

	@Test
	void aCompressedAnswerHasAnEndThatCanBeTold() throws Exception {
		start("server.shutdown=graceful", "server.compression.enabled=true", "server.compression.min-response-size=1B");
		SlowClient client = client();
		client.get("/hello").response();
		CompletableFuture<Void> stopped = drain();
		Response response = client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n")
			.response();
		assertThat(response.headers()).containsEntry("content-encoding", "gzip")
			.containsEntry("connection", "close")
			.containsEntry("transfer-encoding", "chunked");
		assertThat(stopped).succeedsWithin(SOON);
	}

	@Test
	void pipelinedRequestsAreAllAnswered() throws Exception {
		start("server.shutdown=graceful");
		SlowClient client = client();
		client.get("/hello").response();
		CompletableFuture<Void> stopped = drain();
		client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(3));
		assertThat(client.response().headers()).doesNotContainEntry("connection", "close");
		assertThat(client.response().headers()).doesNotContainEntry("connection", "close");
		assertThat(client.response().headers()).containsEntry("connection", "close");
		assertThat(client.awaitEnding(SOON)).isEqualTo(Ending.END_OF_STREAM);
		assertThat(stopped).succeedsWithin(SOON);
	}

	@Test
	void anUpgradedConnectionDoesNotHoldUpTheServer() throws Exception {
		start("server.shutdown=graceful");
		SlowClient client = client()
			.send("GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
		assertThat(client.line()).startsWith("HTTP/1.1 101");
		await(1, ConnectionState.UPGRADED);
		assertThat(stop()).succeedsWithin(SOON);
		assertThat(elapsed()).isLessThan(LONG);
	}

	@Test
	void anUpgradeIsNotTurnedIntoAnEnd() throws Exception {
		start("server.shutdown=graceful");
		SlowClient client = client();
		SlowClient silent = client();
		client.get("/hello").response();
		silent.get("/hello").response();
		CompletableFuture<Void> stopped = drain();
		client.send("GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
		assertThat(client.response().status()).isEqualTo(101);
		byte[] echo = new byte[1];
		client.send("x").read(echo);
		assertThat(echo).containsExactly('x');
		assertThat(stopped).succeedsWithin(SOON);
	}

	@Test
	void aServerThatStopsAtOnceDoesNotWait() throws Exception {
		start("server.shutdown=immediate");
		SlowClient client = client();
		client.get("/hello").response();
		Awaitility.await().atMost(SOON).until(() -> !hasDrainingThread());
		CompletableFuture<Void> stopped = stop();
		boolean[] waits = new boolean[1];
		Awaitility.await().pollInterval(Duration.ofMillis(5)).atMost(SOON).until(() -> {
			waits[0] |= hasDrainingThread();
			return stopped.isDone();
		});
		assertThat(waits).as("for its clients").containsExactly(false);
		assertThat(elapsed()).isLessThan(LONG);
		assertThat(client.awaitEnding(SOON)).isNotEqualTo(Ending.NONE);
	}

	@Test
	void aContextThatIsStartedAgainServesAgain() throws Exception {
		start("server.shutdown=immediate");
		client().get("/hello").response();
		this.server.context().stop();
		this.server.context().start();
		Response response = client().get("/hello").response();
		assertThat(response.text()).isEqualTo("hello");
		assertThat(response.headers()).doesNotContainEntry("connection", "close");
	}

	private void start(String... properties) {
		start(WebApplicationType.SERVLET, properties);
	}

	private void start(WebApplicationType type, String... properties) {
		this.server = TestServer.start(type, properties);
		this.port = this.server.port();
		this.guard = this.server.bean(Guard.class);
		this.drain = this.server.bean(DrainLifecycle.class);
		client().get("/hello").response();
		SlowClient.closeAll(this.closeables);
		Awaitility.await().atMost(SOON).until(() -> this.guard.connections().isEmpty());
	}

	private SlowClient client() {
		SlowClient client = SlowClient.tls(this.server.port());
		this.closeables.add(client);
		return client;
	}

	private Http2Client http2() {
		Http2Client client = Http2Client.honest(this.server.port());
		this.closeables.add(client);
		return client;
	}

	private CompletableFuture<Void> stop() throws InterruptedException {
		CompletableFuture<Void> stopped = beginToStop();
		while (!this.guard.isDraining() && !stopped.isDone()) {
			TimeUnit.MILLISECONDS.sleep(1);
		}
		this.drainingAt = System.nanoTime();
		return stopped;
	}

	private CompletableFuture<Void> beginToStop() {
		this.stoppedAt = System.nanoTime();
		return CompletableFuture.runAsync(this.server::close);
	}

	/**
	 * What {@link #stop()} comes to first, at once: on a busy machine it takes a moment,
	 * after which nobody has asked a moment ago.
	 */
	private CompletableFuture<Void> drain() {
		CompletableFuture<Void> drained = new CompletableFuture<>();
		this.stoppedAt = System.nanoTime();
		this.drain.stop(() -> drained.complete(null));
		return drained.thenRunAsync(this.server::close);
	}

	private static boolean hasDrainingThread() {
		return Thread.getAllStackTraces().keySet().stream().anyMatch((each) -> each.getName().equals("hardened-drain"));
	}

	/**
	 * The JDK closes a listening socket when its selector has let go of it.
	 */
	private boolean isRefusedWithin(Duration limit) throws Exception {
		for (long end = System.nanoTime() + limit.toNanos(); System.nanoTime() < end;) {
			try {
				new Socket(InetAddress.getLoopbackAddress(), this.port).close();
			}
			catch (ConnectException ex) {
				return true;
			}
			catch (SocketException ex) {
				// Accepted by the kernel, and reset with the listening socket.
			}
			TimeUnit.MILLISECONDS.sleep(10);
		}
		return false;
	}

	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.stoppedAt);
	}

	private void await(int connections, ConnectionState state) {
		long end = System.nanoTime() + SOON.toNanos();
		while (this.guard.connections().stream().filter((each) -> each.state() == state).count() != connections) {
			assertThat(System.nanoTime()).as("%d in %s: %s", connections, state, this.guard.connections())
				.isLessThan(end);
			LockSupport.parkNanos(1_000_000);
		}
	}

	private static boolean isAnnouncement(Frame frame) {
		return isGoodbye(frame, Integer.MAX_VALUE);
	}

	private static boolean isGoodbye(Frame frame, int lastStream) {
		ByteBuffer payload = ByteBuffer.wrap(frame.payload());
		return frame.type() == Http2Client.GOAWAY && payload.getInt() == lastStream && payload.getInt() == 0;
	}

}
