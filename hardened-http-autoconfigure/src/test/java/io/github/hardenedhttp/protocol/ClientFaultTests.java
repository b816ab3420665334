package io.github.hardenedhttp.protocol;

import java.util.List;
import java.util.stream.IntStream;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionLife;
import io.github.hardenedhttp.undertow.ConnectionObserver;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Requests the container stumbles over. Not one may be a 500, or a line in the log.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientFaultTests {

	private static TestServer server;

	private Rejections rejections;

	private int before;

	private int logged;

	@BeforeAll
	static void start() {
		server = TestServer.startWith(List.of(Rejections.class, Broken.class));
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void count(CapturedOutput output) {
		this.logged = output.getAll().length();
		this.rejections = server.bean(Rejections.class);
		this.before = this.rejections.count;
	}

	@Test
	void aTargetThatIsNoPathIsABadRequest(CapturedOutput output) {
		verify(output, send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n").status(), 400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello", "*", "http://localhost/hello" })
	void inHttp2Too(String path, CapturedOutput output) {
		try (Http2Client client = Http2Client.honest(server.port())) {
			verify(output, client.get(1, path).response(1).status(), 400);
			assertThat(client.get(3, "/hello").response(3).text()).isEqualTo("hello");
		}
	}

	@Test
	void aFormThatCannotBeReadIsABadRequest(CapturedOutput output) {
		verify(output, post("/form", "application/x-www-form-urlencoded", "first=%zz&%ff").status(), 400);
	}

	@Test
	void aFormWithTooManyFieldsIsTooLarge(CapturedOutput output) {
		StringBuilder form = new StringBuilder("first=1");
		IntStream.range(0, 2000).forEach((field) -> form.append("&f").append(field).append("=1"));
		verify(output, post("/form", "application/x-www-form-urlencoded", form.toString()).status(), 413);
	}

	@Test
	void aBrokenMultipartBodyIsABadRequest(CapturedOutput output) {
		verify(output, post("/multipart", "multipart/form-data; boundary=x", "--x\r\nno header\r\n\r\n--x").status(),
				400);
	}

	@Test
	void anErrorOfTheApplicationIsStillOne(CapturedOutput output) {
		assertThat(send("GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n").status()).isEqualTo(500);
		assertThat(output).contains("ERROR").contains("the application's own");
		assertThat(this.rejections.count).isEqualTo(this.before);
	}

	private void verify(CapturedOutput output, int status, int expected) {
		assertThat(status).isEqualTo(expected);
		assertThat(output.getAll().substring(this.logged)).doesNotContain("ERROR")
			.doesNotContain(" WARN ")
			.doesNotContain("\tat ");
		await().untilAsserted(() -> assertThat(this.rejections.count).isGreaterThan(this.before));
	}

	private static SlowClient.Response post(String path, String type, String body) {
		return send("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
			.formatted(path, type, body.length(), body));
	}

	private static SlowClient.Response send(String request) {
		try (SlowClient client = SlowClient.tls(server.port())) {
			return client.send(request).response();
		}
	}

	static class Rejections implements ConnectionObserver {

		private volatile int count;

		private int spared;

		@Override
		public ConnectionLife opened(GuardedConnection connection) {
			return new ConnectionLife() {

				@Override
				public void requestRejected(CloseReason reason) {
					assertThat(reason).isEqualTo(CloseReason.BAD_REQUEST);
					count();
				}

				@Override
				public void spared(CloseReason reason) {
					if (reason == CloseReason.BAD_REQUEST) {
						spare();
					}
				}

			};
		}

		private synchronized void count() {
			this.count++;
		}

		private synchronized void spare() {
			this.spared++;
		}

		synchronized int spared() {
			return this.spared;
		}

	}

	@RestController
	static class Broken {

		@GetMapping("/broken")
		String broken() {
			throw new IllegalArgumentException("the application's own");
		}

	}

}
