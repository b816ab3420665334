package io.github.hardenedhttp.timeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.github.hardenedhttp.testsupport.Digest;
import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Response;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.Guard;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application sees the same bodies as without the buffer.
 */
class BodyBufferHandlerTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static TestServer buffered;

	private static TestServer unbuffered;

	@BeforeAll
	static void start() {
		buffered = TestServer.start();
		unbuffered = TestServer.start("hardened.timeout.body-buffer=0B");
	}

	@AfterAll
	static void stop() {
		buffered.close();
		unbuffered.close();
	}

	@AfterEach
	void nothingIsHeld() {
		assertThat(DeadlineWireTests.await(SOON, () -> held() == 0)).as("held: %s", held()).isTrue();
	}

	private static long held() {
		return buffered.bean(BodyMemory.class).held();
	}

	@ParameterizedTest
	@CsvSource({ "/hash,0", "/hash,1", "/hash,50000", "/hash,65535", "/hash,65536", "/hash,65537", "/hash,300000",
			"/hash,1500000", "/hash-bytes,0", "/hash-bytes,1", "/hash-bytes,65536", "/hash-bytes,65537",
			"/hash-bytes,300000", "/hash-callable,1", "/hash-callable,50000", "/hash-callable,65537",
			"/hash-callable,300000", "/hash-listener,0", "/hash-listener,1", "/hash-listener,50000",
			"/hash-listener,65536", "/hash-listener,65537", "/hash-listener,300000", "/echo,1000" })
	void theApplicationSeesTheSameBody(String path, int size) {
		byte[] body = new byte[size];
		new Random(size).nextBytes(body);
		String expected = path.equals("/echo") ? new String(body, StandardCharsets.UTF_8) : Digest.of(body);
		for (TestServer server : List.of(buffered, unbuffered)) {
			try (SlowClient client = SlowClient.tls(server.port())) {
				assertThat(client.post(path, body).response().text()).as("Content-Length").isEqualTo(expected);
				assertThat(client.postChunked(path, body).response().text()).as("chunked").isEqualTo(expected);
			}
			try (Http2Client client = Http2Client.honest(server.port())) {
				client.post(1, path, "content-length", String.valueOf(size)).upload(1, body, true);
				assertThat(client.response(1).text()).as("HTTP/2").isEqualTo(expected);
				client.post(3, path).upload(3, body, true);
				assertThat(client.response(3).text()).as("HTTP/2 without a length").isEqualTo(expected);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/hash", "/hash-bytes", "/hash-listener", "/echo", "/missing", "/ignore" })
	void whatIsTooLargeGetsTheSameAnswer(String path) {
		byte[] body = new byte[3_000_000];
		try (SlowClient with = SlowClient.tls(buffered.port());
				SlowClient without = SlowClient.tls(unbuffered.port())) {
			assertThat(answer(with, path, body)).isEqualTo(answer(without, path, body));
		}
	}

	private static int answer(SlowClient client, String path, byte[] body) {
		try {
			client.post(path, body);
		}
		catch (IllegalStateException ex) {
			// Closed before all was sent.
		}
		try {
			return client.response().status();
		}
		catch (IllegalStateException ex) {
			return 0;
		}
	}

	@Test
	void formsAreTheSame() {
		for (int size : new int[] { 10, 60_000, 200_000 }) {
			byte[] form = ("first=" + "x".repeat(size) + "&second=b").getBytes(StandardCharsets.US_ASCII);
			both((client) -> client
				.send("POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
						+ "Content-Length: " + form.length + "\r\n\r\n")
				.send(form), size + " b");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 50_000, 300_000, 900_000 })
	void multipartBodiesAreTheSame(int size) {
		byte[] file = new byte[size];
		new Random(size).nextBytes(file);
		String head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n"
				+ "Content-Type: application/octet-stream\r\n\r\n";
		String tail = "\r\n--b--\r\n";
		both((client) -> client
			.send("POST /multipart HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
					+ "Content-Length: " + (head.length() + file.length + tail.length()) + "\r\n\r\n" + head)
			.send(file)
			.send(tail), Digest.of(file));
	}

	@Test
	void aClientThatWaitsForContinueIsToldTo() {
		for (int size : new int[] { 1000, 100_000 }) {
			byte[] body = new byte[size];
			for (TestServer server : List.of(buffered, unbuffered)) {
				try (SlowClient client = SlowClient.tls(server.port())) {
					client.send(expecting("/hash", size));
					assertThat(client.response().status()).isEqualTo(100);
					assertThat(client.send(body).response().text()).isEqualTo(Digest.of(body));
					assertThat(client.get("/hello").response().text()).isEqualTo("hello");
				}
			}
		}
	}

	@Test
	void aClientThatDoesNotWaitForContinueIsServed() {
		byte[] body = new byte[1000];
		for (int attempt = 0; attempt < 20; attempt++) {
			try (SlowClient client = SlowClient.tls(buffered.port())) {
				client.send(expecting("/hash", body.length) + new String(body, StandardCharsets.ISO_8859_1));
				assertThat(client.response().status()).isEqualTo(100);
				assertThat(client.response().text()).isEqualTo(Digest.of(body));
				assertThat(client.get("/hello").response().text()).isEqualTo("hello");
			}
		}
	}

	private static String expecting(String path, int size) {
		return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " + size
				+ "\r\n\r\n";
	}

	@Test
	void pipelinedBodiesAreNotMixedUp() {
		String requests = "";
		for (int request = 1; request < 20; request++) {
			String body = ("" + request % 10).repeat(request * 100);
			requests += "POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n"
					+ body;
		}
		for (TestServer server : List.of(buffered, unbuffered)) {
			try (SlowClient client = SlowClient.tls(server.port()).send(requests)) {
				for (int request = 1; request < 20; request++) {
					byte[] body = ("" + request % 10).repeat(request * 100).getBytes(StandardCharsets.US_ASCII);
					assertThat(client.response().text()).isEqualTo(Digest.of(body));
				}
			}
		}
	}

	@Test
	void slowBodiesTakeNoWorker() {
		WorkerPool pool = buffered.bean(WorkerPool.class);
		assertThat(DeadlineWireTests.await(SOON, () -> pool.active() == 0)).as("Those of other tests are back")
			.isTrue();
		List<SlowClient> clients = new ArrayList<>();
		try {
			for (int number = 0; number < 30; number++) {
				SlowClient client = SlowClient.tls(buffered.port());
				clients.add(client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"));
				client.send(new byte[30_000]);
			}
			assertThat(DeadlineWireTests.await(SOON, () -> held() >= 30 * 30_000)).isTrue();
			assertThat(pool.active()).isZero();
			assertThat(pool.waiting()).isZero();
			clients.forEach((client) -> client.send(new byte[30_000]));
			clients.forEach((client) -> assertThat(client.response().status()).isEqualTo(200));
		}
		finally {
			SlowClient.closeAll(clients);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 50000\r\n\r\nxxxx", "Content-Length: 500000\r\n\r\nxxxx",
			"Transfer-Encoding: chunked\r\n\r\n1000\r\nxxxx", "Transfer-Encoding: chunked\r\n\r\n5" })
	void aBodyThatIsResetIsReleased(String beginning) {
		try (SlowClient client = SlowClient.tls(buffered.port())) {
			client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\n" + beginning);
			assertThat(DeadlineWireTests.await(SOON, () -> held() > 0)).isTrue();
			client.reset();
		}
	}

	@Test
	void aBodyThatEndsEarlyIsReleased() {
		SlowClient client = SlowClient.tls(buffered.port());
		client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\nxxxx");
		assertThat(DeadlineWireTests.await(SOON, () -> held() > 0)).isTrue();
		client.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "zz\r\n\r\n", "fffffffffffffffffff\r\n", "5\r\nabcdefghijk\r\n0\r\n\r\n", "-1\r\n\r\n" })
	void aBodyThatIsNoneIsReleased(String body) {
		for (int attempt = 0; attempt < 5; attempt++) {
			try (SlowClient client = SlowClient.tls(buffered.port())) {
				client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
				answer(client);
			}
			try (SlowClient client = SlowClient.tls(buffered.port())) {
				client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
				client.send(body);
				answer(client);
			}
		}
	}

	private static int answer(SlowClient client) {
		try {
			return client.response(SOON).status();
		}
		catch (IllegalStateException ex) {
			return 0;
		}
	}

	@Test
	void aStreamThatIsResetIsReleased() {
		try (Http2Client client = Http2Client.honest(buffered.port())) {
			client.post(1, "/hash").data(1, new byte[1000], false);
			assertThat(DeadlineWireTests.await(SOON, () -> held() > 0)).isTrue();
			client.resetStream(1);
			assertThat(DeadlineWireTests.await(SOON, () -> held() == 0)).isTrue();
			assertThat(client.get(3, "/hello").response(3).text()).isEqualTo("hello");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theStreamsOfAConnectionThatIsGoneAreReleased(boolean reset) {
		Http2Client client = Http2Client.honest(buffered.port());
		for (int stream = 1; stream < 101; stream += 2) {
			client.post(stream, "/hash").data(stream, new byte[100], false);
		}
		assertThat(DeadlineWireTests.await(SOON, () -> held() >= 50 * 100)).isTrue();
		if (reset) {
			client.reset();
		}
		else {
			client.close();
		}
		assertThat(DeadlineWireTests.await(SOON, () -> held() == 0)).isTrue();
		assertThat(DeadlineWireTests.await(SOON, () -> buffered.bean(Deadlines.class).running() == 0)).isTrue();
	}

	@Test
	void aBodyThatIsCutIsReleased() {
		try (TestServer server = TestServer.start("hardened.timeout.read=2s");
				SlowClient client = SlowClient.tls(server.port())) {
			BodyMemory memory = server.bean(BodyMemory.class);
			client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\nxxxx");
			assertThat(DeadlineWireTests.await(SOON, () -> memory.held() > 0)).isTrue();
			assertThat(client.awaitEnding(SOON)).isNotEqualTo(SlowClient.Ending.NONE);
			assertThat(DeadlineWireTests.await(SOON, () -> memory.held() == 0)).isTrue();
			Guard guard = server.bean(Guard.class);
			assertThat(DeadlineWireTests.await(SOON, () -> guard.connections().isEmpty())).isTrue();
		}
	}

	@Test
	void aBodyThatWaitsForAWorkerIsStillHeld() {
		List<SlowClient> clients = new ArrayList<>();
		try (TestServer server = TestServer.start("server.undertow.threads.worker=1")) {
			BodyMemory memory = server.bean(BodyMemory.class);
			WorkerPool pool = server.bean(WorkerPool.class);
			clients.add(SlowClient.tls(server.port()).get("/think?millis=8000"));
			assertThat(DeadlineWireTests.await(SOON, () -> pool.active() == 1)).isTrue();
			for (int number = 0; number < 5; number++) {
				clients.add(SlowClient.tls(server.port()).post("/hash", new byte[50_000]));
			}
			assertThat(DeadlineWireTests.await(SOON, () -> pool.queued() == 5)).isTrue();
			assertThat(memory.held()).isGreaterThanOrEqualTo(5 * 50_000);
			for (SlowClient client : clients) {
				assertThat(client.response().status()).isEqualTo(200);
			}
			assertThat(DeadlineWireTests.await(SOON, () -> memory.held() == 0)).isTrue();
		}
		finally {
			SlowClient.closeAll(clients);
		}
	}

	@Test
	void beyondTheMemoryForAllRequestsGoOnUnread() {
		BodyMemory memory = buffered.bean(BodyMemory.class);
		long all = Runtime.getRuntime().maxMemory();
		memory.add(all);
		try (SlowClient client = SlowClient.tls(buffered.port())) {
			client.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
			assertThat(DeadlineWireTests.await(SOON, () -> buffered.bean(WorkerPool.class).waiting() == 1)).isTrue();
			assertThat(client.send("56789").response().text()).startsWith("10 ");
		}
		finally {
			memory.add(-all);
		}
	}

	private static void both(Consumer<SlowClient> request, String answer) {
		for (TestServer server : List.of(buffered, unbuffered)) {
			try (SlowClient client = SlowClient.tls(server.port())) {
				request.accept(client);
				Response response = client.response();
				assertThat(response.text()).isEqualTo(answer);
			}
		}
	}

}
