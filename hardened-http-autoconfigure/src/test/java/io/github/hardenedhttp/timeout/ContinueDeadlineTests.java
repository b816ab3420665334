package io.github.hardenedhttp.timeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that ask for so many "100 Continue" that their sockets are full, each at
 * another byte: some of them in the middle of one.
 */
class ContinueDeadlineTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final int REQUESTS = 1200;

	private static final byte[] EXPECTING = ("POST /ignore HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
			+ "Content-Length: 1\r\n\r\nx")
		.repeat(REQUESTS)
		.getBytes(StandardCharsets.US_ASCII);

	@ParameterizedTest
	@CsvSource({ "64KB, true", "64KB, false", "0B, true" })
	void whoeverLeavesNoRoomForItIsCut(String buffer, boolean memory) {
		List<SlowClient> clients = new ArrayList<>();
		try (TestServer server = start("hardened.timeout.write=1s", "hardened.timeout.read=1s",
				"hardened.timeout.body-buffer=" + buffer)) {
			if (!memory) {
				server.bean(BodyMemory.class).add(Runtime.getRuntime().maxMemory());
			}
			connect(clients, server, 60);
			Guard guard = server.bean(Guard.class);
			List<GuardedConnection> connections = List.copyOf(guard.connections());
			assertThat(connections).hasSize(60);
			expect(clients);
			assertThat(DeadlineWireTests.await(SOON, () -> guard.connections().isEmpty())).as("%s", guard.connections())
				.isTrue();
			// On a busy machine some fill all workers with answers, too, and make room.
			assertThat(connections).extracting(GuardedConnection::closeReason)
				.contains(CloseReason.WRITE_TIMEOUT)
				.isSubsetOf(CloseReason.WRITE_TIMEOUT, CloseReason.EVICTED);
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> pool.active() == 0)).isTrue();
		}
		finally {
			SlowClient.closeAll(clients);
		}
	}

	@Test
	void whoeverMakesRoomInTimeIsAnswered() throws Exception {
		List<SlowClient> clients = new ArrayList<>();
		ExecutorService threads = Executors.newCachedThreadPool();
		try (TestServer server = start("hardened.timeout.write=8s", "hardened.timeout.read=8s")) {
			connect(clients, server, 6);
			List<GuardedConnection> connections = List.copyOf(server.bean(Guard.class).connections());
			assertThat(connections).hasSize(6);
			expect(clients);
			assertThat(DeadlineWireTests.await(SOON, () -> connections.stream().allMatch(GuardedConnection::isFull)))
				.isTrue();
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
			List<Future<?>> answers = new ArrayList<>();
			for (SlowClient client : clients) {
				answers.add(threads.submit(() -> readAll(client)));
			}
			for (Future<?> answer : answers) {
				answer.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
			SlowClient.closeAll(clients);
		}
	}

	private static TestServer start(String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.addAll(List.of("hardened.tls.enabled=false", "server.undertow.options.socket.send-buffer=8192",
				"hardened.connection.max-requests=1000000"));
		return TestServer.start(all.toArray(String[]::new));
	}

	private static void connect(List<SlowClient> clients, TestServer server, int count) {
		for (int number = 0; number < count; number++) {
			SlowClient client = SlowClient.connect(server.port(), 4096);
			clients.add(client);
			assertThat(client.get("/hello").response().status()).isEqualTo(200);
		}
	}

	private static void expect(List<SlowClient> clients) {
		for (int number = 0; number < clients.size(); number++) {
			clients.get(number)
				.get("/large?bytes=" + (1 + number * 7))
				.drip(EXPECTING, EXPECTING.length, Duration.ZERO);
		}
	}

	private static void readAll(SlowClient client) {
		assertThat(client.response().status()).isEqualTo(200);
		for (int request = 0; request < REQUESTS; request++) {
			assertThat(client.response().status()).isEqualTo(100);
			assertThat(client.response().text()).isEqualTo("ignored");
		}
	}

}
