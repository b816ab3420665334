package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two workers, more slow clients than that, and an honest one.
 */
class WorkerReliefTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final String[] TWO_WORKERS = { "server.undertow.threads.worker=2",
			"hardened.timeout.max-waiting-workers=0", "hardened.timeout.read=60s", "hardened.timeout.write=60s" };

	private final List<SlowClient> slow = new ArrayList<>();

	@Test
	void stalledReadersMakeRoom() {
		try (TestServer server = TestServer.start(TWO_WORKERS)) {
			for (int number = 0; number < 8; number++) {
				this.slow.add(SlowClient.tls(server.port(), 4096).get("/large"));
			}
			verifyThatHonestClientsAreServed(server);
		}
	}

	@Test
	void stalledBodiesMakeRoom() {
		try (TestServer server = TestServer.start(TWO_WORKERS)) {
			for (int number = 0; number < 8; number++) {
				SlowClient client = SlowClient.tls(server.port());
				this.slow.add(client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
					.send(new byte[70_000]));
			}
			verifyThatHonestClientsAreServed(server);
		}
	}

	@Test
	void stalledReadersTakeNoRoomFromOthersWhileThereAreAdditionalThreads() {
		try (TestServer server = TestServer.start("server.undertow.threads.worker=2",
				"hardened.timeout.max-waiting-workers=8", "hardened.timeout.write=60s")) {
			for (int number = 0; number < 8; number++) {
				this.slow.add(SlowClient.tls(server.port(), 4096).get("/large"));
			}
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> pool.waiting() == 8)).isTrue();
			List<GuardedConnection> connections = server.bean(Guard.class).connections();
			try (SlowClient client = SlowClient.tls(server.port())) {
				assertThat(client.get("/hello").response(SOON).text()).isEqualTo("hello");
			}
			assertThat(connections).allSatisfy((connection) -> assertThat(connection.closeReason()).isNull());
			SlowClient.closeAll(this.slow);
		}
	}

	@Test
	void threadsOfTheApplicationDoNotCountAsWorkers() {
		try (TestServer server = TestServer.start(TWO_WORKERS); SlowClient client = SlowClient.tls(server.port())) {
			WorkerPool pool = server.bean(WorkerPool.class);
			client.send("POST /hash-callable HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n")
				.send(new byte[100_000]);
			assertThat(DeadlineWireTests.await(SOON, WorkerReliefTests::someThreadWaitsForItsClient)).isTrue();
			assertThat(pool.waiting()).isZero();
			assertThat(server.bean(Deadlines.class).blocking()).isEmpty();
			assertThat(client.send(new byte[100_000]).response(SOON).status()).isEqualTo(200);
		}
	}

	private static boolean someThreadWaitsForItsClient() {
		return Thread.getAllStackTraces()
			.values()
			.stream()
			.flatMap(Stream::of)
			.anyMatch((frame) -> frame.getClassName().equals(DeadlineSourceConduit.class.getName())
					&& frame.getMethodName().equals("awaitReadable"));
	}

	@Test
	void manyDrippedBodiesOnOneConnectionLeaveNothingBehind() {
		try (TestServer server = TestServer.start(TWO_WORKERS); SlowClient honest = SlowClient.tls(server.port())) {
			Http2Client attacker = Http2Client.honest(server.port());
			for (int stream = 1; stream < 201; stream += 2) {
				attacker.post(stream, "/hash");
			}
			int[] next = { 1 };
			attacker.every(Duration.ofMillis(5), () -> attacker.data((next[0] += 2) % 200, new byte[1], false));
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 100)).isTrue();
			for (int request = 0; request < 5; request++) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
			}
			attacker.reset();
			for (int request = 0; request < 5; request++) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
			}
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
			assertThat(DeadlineWireTests.await(SOON, () -> pool.active() == 0)).isTrue();
			assertThat(pool.waiting()).isZero();
		}
	}

	@Test
	void manyLongBodiesOnOneConnectionLeaveNothingBehind() {
		long stopped;
		try (TestServer server = TestServer.start("server.undertow.threads.worker=2",
				"hardened.timeout.max-waiting-workers=0", "hardened.timeout.read=60s",
				"hardened.timeout.body-buffer=0B", "server.shutdown=graceful",
				"spring.lifecycle.timeout-per-shutdown-phase=20s"); SlowClient honest = SlowClient.tls(server.port())) {
			honest.get("/hello").response();
			Http2Client attacker = Http2Client.honest(server.port());
			for (int stream = 1; stream < 201; stream += 2) {
				attacker.post(stream, "/hash").data(stream, new byte[1], false);
			}
			Deadlines deadlines = server.bean(Deadlines.class);
			for (int request = 0; request < 5; request++) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
			}
			attacker.reset();
			for (int request = 0; request < 5; request++) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
			}
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
			assertThat(DeadlineWireTests.await(SOON, () -> pool.active() == 0)).isTrue();
			assertThat(pool.waiting()).isZero();
			stopped = System.nanoTime();
		}
		assertThat((System.nanoTime() - stopped) / 1e9).as("seconds of a graceful shutdown").isLessThan(15);
	}

	@Test
	void bodiesNobodyReadsLeaveNothingBehind() {
		long stopped;
		try (TestServer server = TestServer.start("server.shutdown=graceful",
				"spring.lifecycle.timeout-per-shutdown-phase=20s", "hardened.timeout.body-buffer=0B")) {
			Http2Client attacker = Http2Client.honest(server.port());
			for (int stream = 1; stream < 41; stream += 2) {
				attacker.post(stream, "/ignore").data(stream, new byte[1000], false);
			}
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 20)).isTrue();
			attacker.reset();
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
			stopped = System.nanoTime();
		}
		assertThat((System.nanoTime() - stopped) / 1e9).as("seconds of a graceful shutdown").isLessThan(15);
	}

	@Test
	void manyZeroWindowsOnOneConnectionLeaveNothingBehind() {
		try (TestServer server = TestServer.start(TWO_WORKERS); SlowClient honest = SlowClient.tls(server.port())) {
			honest.get("/hello").response();
			Http2Client attacker = Http2Client.tls(server.port()).preface(4, 0);
			for (int stream = 1; stream < 201; stream += 2) {
				attacker.get(stream, "/large?bytes=1000000");
			}
			for (int request = 0; request < 5; request++) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
			}
			attacker.reset();
			for (int request = 0; request < 5; request++) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
			}
			Deadlines deadlines = server.bean(Deadlines.class);
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
			assertThat(DeadlineWireTests.await(SOON, () -> pool.active() == 0)).isTrue();
			assertThat(pool.waiting()).isZero();
		}
	}

	private void verifyThatHonestClientsAreServed(TestServer server) {
		try (SlowClient honest = SlowClient.tls(server.port())) {
			Guard guard = server.bean(Guard.class);
			WorkerPool pool = server.bean(WorkerPool.class);
			List<GuardedConnection> connections = guard.connections();
			assertThat(DeadlineWireTests.await(SOON, () -> pool.waiting() == 2 || evicted(connections) > 0)).isTrue();
			// The first waits behind all that were there before it, and each of these is
			// given megabytes before it stalls.
			for (int request = 0; request < 10; request++) {
				assertThat(honest.get("/hello").response(Duration.ofSeconds(20)).text()).isEqualTo("hello");
			}
			assertThat(evicted(connections)).isPositive();
			assertThat(connections).extracting(GuardedConnection::closeReason)
				.containsAnyOf(CloseReason.EVICTED, null)
				.doesNotContain(CloseReason.READ_TIMEOUT, CloseReason.WRITE_TIMEOUT, CloseReason.IO_ERROR);
		}
		finally {
			SlowClient.closeAll(this.slow);
		}
		WorkerPool pool = server.bean(WorkerPool.class);
		assertThat(DeadlineWireTests.await(SOON, () -> pool.active() == 0)).isTrue();
	}

	private static long evicted(List<GuardedConnection> connections) {
		return connections.stream().filter((connection) -> connection.closeReason() == CloseReason.EVICTED).count();
	}

}
