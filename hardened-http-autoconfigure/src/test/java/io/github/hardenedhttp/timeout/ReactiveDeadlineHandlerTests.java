package io.github.hardenedhttp.timeout;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.github.hardenedhttp.testsupport.Digest;
import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Without the handler Undertow takes an application that listens and has nothing to do
 * for one that makes no progress: about half of these requests end with their
 * connections.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReactiveDeadlineHandlerTests {

	private static final int REQUESTS = 50;

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.start(WebApplicationType.REACTIVE);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/hash", "/hash-async", "/think-hash?millis=50" })
	void aBodyMayWaitForTheApplication(String path, CapturedOutput output) {
		byte[] body = new byte[1000];
		for (int request = 0; request < REQUESTS; request++) {
			try (SlowClient client = SlowClient.tls(server.port())) {
				assertThat(client.post(path, body).response().text()).isEqualTo(Digest.of(body));
			}
		}
		assertThat(output.getAll()).doesNotContain("UT005076");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/hash", "/hash-async", "/think-hash?millis=50" })
	void aClientThatWaitsForContinueIsToldTo(String path) {
		for (int size : new int[] { 1000, 100_000 }) {
			byte[] body = new byte[size];
			try (SlowClient client = SlowClient.tls(server.port())) {
				client.send(expecting(path, size));
				assertThat(client.response().status()).isEqualTo(100);
				assertThat(client.send(body).response().text()).isEqualTo(Digest.of(body));
				assertThat(client.get("/hello").response().text()).isEqualTo("hello");
			}
		}
	}

	@Test
	void aClientIsNotToldToContinueWithWhatNobodyReads() {
		try (SlowClient client = SlowClient.tls(server.port())) {
			client.send(expecting("/ignore", 1000));
			assertThat(client.response().text()).isEqualTo("ignored");
		}
	}

	private static String expecting(String path, int size) {
		return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " + size
				+ "\r\n\r\n";
	}

	@Test
	void aBodyNobodyReadsEndsNothing(CapturedOutput output) {
		for (int request = 0; request < REQUESTS; request++) {
			try (SlowClient client = SlowClient.tls(server.port())) {
				assertThat(client.post("/ignore", new byte[1000]).response().text()).isEqualTo("ignored");
				assertThat(client.get("/hello").response().text()).isEqualTo("hello");
			}
		}
		assertThat(output.getAll()).doesNotContain("UT005076");
	}

	/**
	 * Several times on one connection: what is told of one request is not told of the
	 * next.
	 * @param tls whether TLS is spoken
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whileAResponseWaitsForTheClientTheIoThreadRests(boolean tls) {
		byte[] half = new byte[500];
		try (TestServer server = TestServer.start(WebApplicationType.REACTIVE, "hardened.tls.enabled=" + tls,
				"hardened.timeout.read=60s");
				SlowClient client = tls ? SlowClient.tls(server.port()) : SlowClient.connect(server.port())) {
			Set<Long> threads = ioThreads();
			for (int request = 0; request < 3; request++) {
				client.send("POST /mirror HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n").send(half);
				// At first there may be something to do: a response begins, classes are
				// loaded.
				assertThat(DeadlineWireTests.await(PAUSE.multipliedBy(15), () -> rest(threads))).isTrue();
				client.send(half);
				assertThat(client.response().body()).hasSize(1000);
			}
			assertThat(client.get("/hello").response().text()).isEqualTo("hello");
		}
	}

	private static boolean rest(Set<Long> threads) {
		long before = cpu(threads);
		LockSupport.parkNanos(PAUSE.toNanos());
		return cpu(threads) - before < PAUSE.dividedBy(4).toNanos();
	}

	private static Set<Long> ioThreads() {
		return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
			.filter((thread) -> thread != null && thread.getThreadName().contains(" I/O-"))
			.map(ThreadInfo::getThreadId)
			.collect(Collectors.toSet());
	}

	private static long cpu(Set<Long> threads) {
		return threads.stream().mapToLong(THREADS::getThreadCpuTime).filter((time) -> time > 0).sum();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/hello", "/think-async?millis=10", "/trickle?lines=2&millis=10" })
	void aStreamEndsWithItsResponse(String path, CapturedOutput output) {
		for (int request = 0; request < REQUESTS; request++) {
			try (Http2Client client = Http2Client.honest(server.port())) {
				assertThat(client.get(1, path).response(1).status()).isEqualTo(200);
			}
		}
		assertThat(output.getAll()).doesNotContain("UT005032");
	}

}
