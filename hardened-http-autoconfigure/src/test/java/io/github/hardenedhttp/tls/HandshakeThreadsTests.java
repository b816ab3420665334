package io.github.hardenedhttp.tls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.Guard;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@ExtendWith(OutputCaptureExtension.class)
class HandshakeThreadsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	// A client that lets the server sign and never does anything itself.
	private static final byte[] HELLO = HexFormat.of()
		.parseHex("160301004501000041" + "0303" + "5a".repeat(32) + "00" + "0002c02b" + "0100" + "0016"
				+ "000a000400020017" + "000d000400020403" + "000b00020100");

	@Test
	void thereAreAsManyPlacesAsTheThreadsCanServeInTime() {
		HandshakeThreads threads = new HandshakeThreads(2);
		assertThat(threads.count()).isEqualTo(2);
		assertThat(threads.places()).isEqualTo(512);
		for (int i = 0; i < threads.places(); i++) {
			assertThat(threads.enter()).isTrue();
		}
		assertThat(threads.enter()).isFalse();
		assertThat(threads.taken()).isEqualTo(512);
		threads.leave();
		assertThat(threads.enter()).isTrue();
		assertThat(threads.enter()).isFalse();
	}

	@Test
	void afterTheEndTasksAreDropped() {
		HandshakeThreads threads = new HandshakeThreads(1);
		threads.shutdown();
		List<String> done = new ArrayList<>();
		threads.execute(() -> done.add("something"));
		assertThat(done).isEmpty();
	}

	@Test
	void whereNoThreadCanBeMadeItIsDoneHere() {
		HandshakeThreads threads = new HandshakeThreads(1, (task) -> {
			throw new OutOfMemoryError("unable to create native thread");
		});
		List<Thread> seen = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			assertThat(threads.enter()).isTrue();
			threads.execute(() -> {
				seen.add(Thread.currentThread());
				threads.leave();
			});
			assertThat(threads.taken()).isZero();
			assertThat(threads.areBusy()).isFalse();
		}
		assertThat(seen).hasSize(3).containsOnly(Thread.currentThread());
	}

	@Test
	void theThreadsEndWithTheServer() throws Exception {
		try (TestServer server = TestServer.start(); TestClient client = TestClient.tls(server.port())) {
			assertThat(client.get("/hello")).endsWith("hello");
			CountDownLatch running = new CountDownLatch(1);
			server.bean(HandshakeThreads.class).execute(() -> {
				running.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
			running.await();
			assertThat(handshakeThreads()).isNotEmpty().allMatch(Thread::isDaemon);
		}
		Awaitility.await().atMost(PATIENCE).until(() -> handshakeThreads().isEmpty());
	}

	private static List<Thread> handshakeThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("hardened-handshake-"))
			.toList();
	}

	@Test
	void whoeverIsConnectedIsServedWhileEveryHandshakeWaits() throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.handshake-threads=1");
				TestClient established = TestClient.tls(server.port())) {
			CountDownLatch end = new CountDownLatch(1);
			HandshakeThreads threads = server.bean(HandshakeThreads.class);
			threads.execute(() -> await(end));
			try (SlowClient waiting = SlowClient.connect(server.port()).send(HELLO)) {
				Awaitility.await().atMost(PATIENCE).until(() -> threads.taken() == 1);
				for (int i = 0; i < 100; i++) {
					assertThat(established.get("/hello")).endsWith("hello");
				}
				assertThat(threads.taken()).isOne();
				assertThat(waiting.local().getPort()).isPositive();
				end.countDown();
				Awaitility.await().atMost(PATIENCE).until(() -> threads.taken() == 0);
				assertThat(established.get("/hello")).endsWith("hello");
			}
		}
	}

	@Test
	void whoeverFindsNoPlaceIsRefusedAndCounted(CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.handshake-threads=1");
				TestClient established = TestClient.tls(server.port())) {
			assertThat(established.get("/hello")).endsWith("hello");
			HandshakeThreads threads = server.bean(HandshakeThreads.class);
			while (threads.enter()) {
				// All places are taken.
			}
			for (int i = 1; i <= 3; i++) {
				assertThatIOException().isThrownBy(() -> TestClient.tls(server.port()));
				double refused = i;
				Awaitility.await().atMost(PATIENCE).until(() -> closed(server, "limit-handshakes") == refused);
			}
			assertThat(established.get("/hello")).endsWith("hello");
			assertThat(threads.taken()).isEqualTo(threads.places());
			// Whoever counts handshakes may be told after whoever counts connections.
			Awaitility.await().atMost(PATIENCE).until(() -> endedByServer(server) >= 3);
			assertThat(endedByServer(server)).isEqualTo(3);
			assertThat(output).doesNotContain("UT005090");
			threads.leave();
			try (TestClient newcomer = TestClient.tls(server.port())) {
				assertThat(newcomer.get("/hello")).endsWith("hello");
			}
		}
	}

	@Test
	void whoeverFindsNoPlaceIsServedByAServerThatOnlyObserves() throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.handshake-threads=1", "hardened.mode=observe")) {
			HandshakeThreads threads = server.bean(HandshakeThreads.class);
			while (threads.enter()) {
				// All places are taken.
			}
			try (TestClient client = TestClient.tls(server.port())) {
				assertThat(client.get("/hello")).endsWith("hello");
			}
			assertThat(threads.taken()).isEqualTo(threads.places());
			assertThat(server.bean(MeterRegistry.class)
				.get("hardened.spared")
				.tag("reason", "limit-handshakes")
				.functionCounter()
				.count()).isOne();
		}
	}

	@Test
	void aFloodIsRefusedAndLeavesNoPlaceTaken() throws Exception {
		List<SlowClient> flood = new ArrayList<>();
		try (TestServer server = TestServer.start("hardened.tls.handshake-threads=1");
				TestClient established = TestClient.tls(server.port())) {
			HandshakeThreads threads = server.bean(HandshakeThreads.class);
			CountDownLatch end = new CountDownLatch(1);
			threads.execute(() -> await(end));
			int many = threads.places() + 50;
			for (int i = 0; i < many; i++) {
				flood.add(SlowClient.connect(server.port()).send(HELLO));
				if (i % 50 == 0) {
					assertThat(established.get("/hello")).endsWith("hello");
				}
			}
			Awaitility.await().atMost(PATIENCE).until(() -> closed(server, "limit-handshakes") == 50);
			assertThat(threads.taken()).isEqualTo(threads.places());
			assertThat(established.get("/hello")).endsWith("hello");
			end.countDown();
			Awaitility.await().atMost(PATIENCE).until(() -> threads.taken() == 0);
			SlowClient.closeAll(flood);
			Awaitility.await().atMost(PATIENCE).until(() -> server.bean(Guard.class).connections().size() == 1);
			try (TestClient newcomer = TestClient.tls(server.port())) {
				assertThat(newcomer.get("/hello")).endsWith("hello");
			}
		}
		finally {
			SlowClient.closeAll(flood);
		}
	}

	@Test
	void whoeverHasGoneWhileWaitingCostsNothing() throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.handshake-threads=1",
				"hardened.timeout.handshake=3s")) {
			HandshakeThreads threads = server.bean(HandshakeThreads.class);
			CountDownLatch end = new CountDownLatch(1);
			threads.execute(() -> await(end));
			try (SlowClient client = SlowClient.connect(server.port()).send(HELLO)) {
				Awaitility.await().atMost(PATIENCE).until(() -> threads.taken() == 1);
				client.awaitEnding(PATIENCE);
				Awaitility.await().atMost(PATIENCE).until(() -> closed(server, "handshake-timeout") == 1);
			}
			assertThat(threads.taken()).isOne();
			end.countDown();
			Awaitility.await().atMost(PATIENCE).until(() -> threads.taken() == 0);
		}
	}

	@Test
	void anHonestClientIsNotCutByAModerateFlood() throws Exception {
		List<SlowClient> flood = new ArrayList<>();
		try (TestServer server = TestServer.start("hardened.tls.handshake-threads=1");
				TestClient established = TestClient.tls(server.port())) {
			for (int round = 0; round < 5; round++) {
				for (int i = 0; i < 40; i++) {
					flood.add(SlowClient.connect(server.port()).send(HELLO));
				}
				try (TestClient newcomer = TestClient.tls(server.port())) {
					assertThat(newcomer.get("/hello")).endsWith("hello");
				}
				assertThat(established.get("/hello")).endsWith("hello");
			}
			assertThat(closed(server, "limit-handshakes")).isZero();
		}
		finally {
			SlowClient.closeAll(flood);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static double endedByServer(TestServer server) {
		Counter counter = server.bean(MeterRegistry.class)
			.find("hardened.tls.handshakes")
			.tag("reason", "ended-by-server")
			.counter();
		return (counter != null) ? counter.count() : 0;
	}

	private static double closed(TestServer server, String reason) {
		FunctionCounter counter = server.bean(MeterRegistry.class)
			.find("hardened.connections.closed")
			.tag("reason", reason)
			.functionCounter();
		return (counter != null) ? counter.count() : 0;
	}

}
