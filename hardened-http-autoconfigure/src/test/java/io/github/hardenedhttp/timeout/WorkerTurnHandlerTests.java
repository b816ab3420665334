package io.github.hardenedhttp.timeout;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import io.github.hardenedhttp.testsupport.Digest;
import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Ending;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.Client;
import io.github.hardenedhttp.undertow.Guard;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two workers: one slow client at a time while others ask.
 */
@OnOneJava
class WorkerTurnHandlerTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final String SLOW = "127.0.0.2";

	private static final String[] TWO_WORKERS = { "server.undertow.threads.worker=2",
			"hardened.timeout.max-waiting-workers=0", "hardened.timeout.read=30s", "hardened.timeout.write=30s" };

	private final List<SlowClient> attackers = new ArrayList<>();

	@Test
	void whoeverWasCutWaitsWhileOthersAsk() {
		try (TestServer server = TestServer.start(TWO_WORKERS)) {
			attack(server, 4);
			try (Visitor visitor = new Visitor(server, Duration.ofMillis(20))) {
				SlowClients slow = server.bean(SlowClients.class);
				assertThat(DeadlineWireTests.await(SOON, () -> slow.contains(client(SLOW), System.nanoTime())))
					.isTrue();
				SlowClient.closeAll(this.attackers);
				Deadlines deadlines = server.bean(Deadlines.class);
				WorkerPool pool = server.bean(WorkerPool.class);
				assertThat(DeadlineWireTests.await(SOON, () -> pool.waiting() == 0 && deadlines.running() <= 1))
					.isTrue();
				attack(server, 6);
				WorkerTurns turns = server.bean(WorkerTurns.class);
				assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() >= 4)).isTrue();
				for (int look = 0; look < 20; look++) {
					assertThat(pool.waiting()).isLessThanOrEqualTo(1);
					LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
				}
				assertThat(server.bean(DelayedRequests.class).count()).isGreaterThanOrEqualTo(4);
				visitor.verifyThatItWasServed();
			}
		}
		finally {
			SlowClient.closeAll(this.attackers);
		}
	}

	@Test
	void anHonestClientBehindTheSameAddressHasItsTurn() {
		try (TestServer server = TestServer.start(TWO_WORKERS);
				Visitor visitor = new Visitor(server, Duration.ofMillis(20))) {
			remember(server, SLOW);
			attack(server, 4);
			WorkerTurns turns = server.bean(WorkerTurns.class);
			assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() >= 2)).isTrue();
			try (SlowClient honest = SlowClient.tls(SLOW, server.port(), 0)) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(15)).text()).isEqualTo("hello");
			}
			visitor.verifyThatItWasServed();
		}
		finally {
			SlowClient.closeAll(this.attackers);
		}
	}

	@Test
	void anHonestSlowClientAloneDoesNotWait() {
		try (TestServer server = TestServer.start(TWO_WORKERS)) {
			remember(server, "127.0.0.1");
			for (int request = 0; request < 10; request++) {
				try (SlowClient client = SlowClient.tls(server.port())) {
					assertThat(client.get("/hello").response().text()).isEqualTo("hello");
				}
			}
			assertThat(server.bean(DelayedRequests.class).count()).isZero();
		}
	}

	@Test
	void aSlowClientIsServedAtOnceWhileWorkersAreFree() {
		try (TestServer server = TestServer.start();
				Visitor visitor = new Visitor(server, Duration.ofMillis(20));
				SlowClient client = SlowClient.tls(SLOW, server.port(), 0)) {
			remember(server, SLOW);
			for (int request = 0; request < 10; request++) {
				assertThat(client.get("/hello").response().text()).isEqualTo("hello");
			}
			assertThat(server.bean(DelayedRequests.class).count()).isZero();
			visitor.verifyThatItWasServed();
		}
	}

	@Test
	void whatWaitedIsWhatWasSent() {
		byte[] body = "0123456789".repeat(5000).getBytes(StandardCharsets.US_ASCII);
		try (TestServer server = TestServer.start(TWO_WORKERS);
				Visitor visitor = new Visitor(server, Duration.ofMillis(20));
				SlowClient first = SlowClient.tls(SLOW, server.port(), 0);
				SlowClient second = SlowClient.tls(SLOW, server.port(), 0);
				SlowClient third = SlowClient.tls(SLOW, server.port(), 0)) {
			remember(server, SLOW);
			// Longer than it takes to send the others, on however busy a machine.
			first.get("/think?millis=5000");
			WorkerTurns turns = server.bean(WorkerTurns.class);
			assertThat(DeadlineWireTests.await(SOON, () -> turns.running() == 1)).isTrue();
			second.post("/hash", body);
			third.postChunked("/hash", body);
			assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() == 2)).isTrue();
			assertThat(first.response().text()).isEqualTo("thought");
			assertThat(second.response().text()).isEqualTo(Digest.of(body));
			assertThat(third.response().text()).isEqualTo(Digest.of(body));
			assertThat(second.get("/hello").response().text()).isEqualTo("hello");
			visitor.verifyThatItWasServed();
		}
	}

	@Test
	void whoeverComputesIsNotCutForWhatItsBodyTook() {
		try (TestServer server = TestServer.start(TWO_WORKERS);
				Visitor visitor = new Visitor(server, Duration.ofMillis(20));
				SlowClient first = SlowClient.tls(SLOW, server.port(), 0);
				SlowClient second = SlowClient.tls(SLOW, server.port(), 0)) {
			remember(server, SLOW);
			first.send("POST /think-hash?millis=4000 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab");
			// Longer than a turn.
			LockSupport.parkNanos(Duration.ofMillis(1500).toNanos());
			first.send("cd");
			WorkerTurns turns = server.bean(WorkerTurns.class);
			assertThat(DeadlineWireTests.await(SOON, () -> turns.running() == 1)).isTrue();
			second.get("/hello");
			assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() == 1)).isTrue();
			assertThat(first.response().text()).isEqualTo(Digest.of("abcd".getBytes(StandardCharsets.US_ASCII)));
			assertThat(second.response().text()).isEqualTo("hello");
			visitor.verifyThatItWasServed();
		}
	}

	@Test
	void whatIsSentFromAfarTakesNoTurn() {
		try (TestServer server = TestServer.start(TWO_WORKERS);
				Visitor visitor = new Visitor(server, Duration.ofMillis(20))) {
			remember(server, SLOW);
			for (int stream = 0; stream < 3; stream++) {
				this.attackers.add(SlowClient.tls(SLOW, server.port(), 0).get("/events?events=100&millis=1000"));
			}
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() >= 3)).isTrue();
			try (SlowClient client = SlowClient.tls(SLOW, server.port(), 0)) {
				assertThat(client.get("/hello").response(SOON).text()).isEqualTo("hello");
			}
			visitor.verifyThatItWasServed();
		}
		finally {
			SlowClient.closeAll(this.attackers);
		}
	}

	@Test
	void streamsWaitAndLeaveWithTheirConnection() {
		try (TestServer server = TestServer.start(TWO_WORKERS);
				Visitor visitor = new Visitor(server, Duration.ofMillis(20))) {
			attack(server, 1);
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> pool.waiting() == 1)).isTrue();
			remember(server, SLOW);
			Http2Client client = Http2Client.honest(SLOW, server.port());
			for (int stream = 1; stream < 41; stream += 2) {
				client.get(stream, "/think?millis=1000");
			}
			WorkerTurns turns = server.bean(WorkerTurns.class);
			assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() >= 10)).isTrue();
			client.reset();
			assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() == 0)).isTrue();
			visitor.verifyThatItWasServed();
		}
		finally {
			SlowClient.closeAll(this.attackers);
		}
	}

	@Test
	void whatWaitsIsCutAtItsDeadline() {
		try (TestServer server = TestServer.start("server.undertow.threads.worker=2",
				"hardened.timeout.max-waiting-workers=0", "hardened.timeout.total=2s");
				Visitor visitor = new Visitor(server, Duration.ofMillis(20));
				SlowClient thinking = SlowClient.tls(SLOW, server.port(), 0);
				SlowClient waiting = SlowClient.tls(SLOW, server.port(), 0)) {
			remember(server, SLOW);
			thinking.get("/think?millis=4500");
			WorkerTurns turns = server.bean(WorkerTurns.class);
			assertThat(DeadlineWireTests.await(SOON, () -> turns.running() == 1)).isTrue();
			waiting.get("/hello");
			assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() == 1)).isTrue();
			assertThat(waiting.awaitEnding(SOON)).isEqualTo(Ending.RESET);
			// The client may know a moment earlier.
			assertThat(DeadlineWireTests.await(SOON, () -> turns.waiting() == 0)).isTrue();
			visitor.verifyThatItWasServed();
		}
	}

	@Test
	void aCrowdBehindOneAddressIsForgiven() {
		try (TestServer server = TestServer.start(); SlowClient client = SlowClient.tls(server.port())) {
			remember(server, "127.0.0.1");
			SlowClients slow = server.bean(SlowClients.class);
			for (int request = 1; request < SlowClients.ENOUGH; request++) {
				assertThat(client.get("/hello").response().text()).isEqualTo("hello");
			}
			assertThat(slow.isEmpty()).isFalse();
			assertThat(client.get("/hello").response().text()).isEqualTo("hello");
			assertThat(DeadlineWireTests.await(SOON, slow::isEmpty)).isTrue();
		}
	}

	@Test
	void whoeverLeavesBeforeItsAnswerIsNotForgiven() {
		try (TestServer server = TestServer.start("server.undertow.threads.worker=8")) {
			remember(server, "127.0.0.1");
			for (int request = 0; request < SlowClients.ENOUGH + 1; request++) {
				SlowClient.tls(server.port(), 4096).get("/large").reset();
			}
			Guard guard = server.bean(Guard.class);
			assertThat(DeadlineWireTests.await(SOON, () -> guard.connections().isEmpty())).isTrue();
			assertThat(server.bean(SlowClients.class).isEmpty()).isFalse();
		}
	}

	@Test
	void whoeverHeldNoThreadIsNotSlow() {
		try (TestServer server = TestServer.start("hardened.timeout.read=500ms");
				SlowClient client = SlowClient.tls(server.port())) {
			client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\nxxxx");
			assertThat(client.awaitEnding(SOON)).isEqualTo(Ending.RESET);
			assertThat(server.bean(SlowClients.class).isEmpty()).isTrue();
		}
	}

	@Test
	void whoeverHeldAThreadUntilItsDeadlineIsSlow() {
		try (TestServer server = TestServer.start("hardened.timeout.read=500ms", "hardened.timeout.write=500ms");
				SlowClient reader = SlowClient.tls(SLOW, server.port(), 4096);
				SlowClient sender = SlowClient.tls("127.0.0.3", server.port(), 0)) {
			reader.get("/large");
			sender.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
				.send(new byte[70_000]);
			SlowClients slow = server.bean(SlowClients.class);
			assertThat(DeadlineWireTests.await(SOON, () -> slow.contains(client(SLOW), System.nanoTime()))).isTrue();
			assertThat(DeadlineWireTests.await(SOON, () -> slow.contains(client("127.0.0.3"), System.nanoTime())))
				.isTrue();
			assertThat(slow.contains(client("127.0.0.1"), System.nanoTime())).isFalse();
		}
	}

	@Test
	void nobodyIsSlowWhoIsOnlyObserved() {
		try (TestServer server = TestServer.start("hardened.mode=observe", "hardened.timeout.write=500ms");
				SlowClient reader = SlowClient.tls(SLOW, server.port(), 4096)) {
			reader.get("/large");
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> pool.waiting() == 1)).isTrue();
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(DeadlineWireTests.await(SOON,
					() -> deadlines.blocking()
						.stream()
						.anyMatch((request) -> request.behind(System.nanoTime()) > Duration.ofSeconds(1).toNanos())))
				.isTrue();
			assertThat(server.bean(SlowClients.class).isEmpty()).isTrue();
			assertThat(server.bean(Guard.class).connections()).hasSize(1);
		}
	}

	@Test
	void thereAreNoTurnsWhereNoThreadWaits() {
		try (TestServer server = TestServer.start(WebApplicationType.REACTIVE)) {
			assertThat(server.context().getBeanNamesForType(WorkerTurns.class)).isEmpty();
		}
	}

	private void attack(TestServer server, int count) {
		for (int number = 0; number < count; number++) {
			this.attackers.add(SlowClient.tls(SLOW, server.port(), 4096).get("/large"));
		}
	}

	private static void remember(TestServer server, String address) {
		server.bean(SlowClients.class).remember(client(address), System.nanoTime());
	}

	private static Client client(String address) {
		try {
			return Client.of(InetAddress.getByName(address));
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Asks again and again, from an address of its own.
	 */
	private static final class Visitor implements AutoCloseable {

		private final AtomicReference<Throwable> failure = new AtomicReference<>();

		private final Thread thread;

		private volatile boolean ended;

		private final AtomicInteger answers = new AtomicInteger();

		Visitor(TestServer server, Duration pause) {
			SlowClient client = SlowClient.tls(server.port());
			this.thread = new Thread(() -> visit(client, pause), "visitor");
			this.thread.setDaemon(true);
			this.thread.start();
			assertThat(DeadlineWireTests.await(SOON, () -> this.answers.get() > 0)).isTrue();
		}

		private void visit(SlowClient client, Duration pause) {
			try (client) {
				while (!this.ended) {
					assertThat(client.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
					this.answers.incrementAndGet();
					LockSupport.parkNanos(pause.toNanos());
				}
			}
			catch (Throwable ex) {
				this.failure.set(ex);
			}
		}

		/**
		 * Every request until now was answered within 20 seconds, and there are more.
		 */
		void verifyThatItWasServed() {
			int before = this.answers.get();
			assertThat(DeadlineWireTests.await(SOON, () -> this.answers.get() > before + 1)).as("%s", this.failure)
				.isTrue();
			assertThat(this.failure).hasNullValue();
		}

		@Override
		public void close() {
			this.ended = true;
			try {
				this.thread.join(SOON.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
