package io.github.hardenedhttp.timeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bodies that come and come after a WebFlux application has answered.
 */
class UnreadLimitTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final Duration PAUSE = Duration.ofMillis(20);

	private static final byte[] PIECE = new byte[1000];

	private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

	@ParameterizedTest
	@ValueSource(strings = { "/ignore", "/refused", "/hello" })
	void aChunkedBodyWithoutAnEndIsCut(String path) {
		byte[] chunks = "a\r\n0123456789\r\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
		try (TestServer server = start("server.undertow.max-http-post-size=10KB");
				SlowClient client = SlowClient.tls(server.port())) {
			GuardedConnection connection = connection(server);
			client.send("POST " + path + HOST + "Transfer-Encoding: chunked\r\n\r\n").drip(chunks, 1400, PAUSE);
			assertThat(DeadlineWireTests.await(SOON, () -> connection.state() == ConnectionState.CLOSED)).isTrue();
			assertThat(connection.closeReason()).isEqualTo(CloseReason.READ_TIMEOUT);
			assertThat(connection.bytesRead()).isLessThan(200_000);
		}
	}

	@Test
	void aStreamWithoutAnEndIsReset() {
		try (TestServer server = start("server.undertow.max-http-post-size=10KB");
				Http2Client client = Http2Client.honest(server.port())) {
			client.post(1, "/ignore").every(PAUSE, () -> client.data(1, PIECE, false));
			assertThat(client.awaitReset(1, SOON)).isTrue();
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
		}
	}

	@Test
	void ofSeveralStreamsOneWithoutAnEndIsResetWhenAllOthersWouldHaveEnded() {
		try (TestServer server = start("server.undertow.max-http-post-size=10KB",
				"hardened.timeout.min-read-rate=10KB"); Http2Client client = Http2Client.honest(server.port())) {
			client.get(1, "/think?millis=6000").post(3, "/ignore");
			client.every(PAUSE, () -> client.data(3, PIECE, false));
			assertThat(client.awaitReset(3, SOON)).isTrue();
			assertThat(client.frames()).noneMatch((frame) -> frame.stream() == 1);
		}
	}

	@Test
	void aStreamThatOnlyWaitsMakesNoOtherOneEndless() {
		try (TestServer server = start("server.undertow.max-http-post-size=10KB");
				Http2Client client = Http2Client.honest(server.port())) {
			client.post(1, "/hash").post(3, "/ignore");
			client.every(PAUSE, () -> client.data(3, PIECE, false));
			assertThat(client.awaitReset(3, SOON)).isTrue();
			assertThat(client.frames()).noneMatch((frame) -> frame.stream() == 1);
		}
	}

	@Test
	void whoeverIsAnsweredEarlyMaySendAllAndHearsTheAnswer() {
		byte[] body = new byte[1_000_000];
		try (TestServer server = start("hardened.timeout.read=2s")) {
			for (int request = 0; request < 3; request++) {
				try (SlowClient client = SlowClient.tls(server.port())) {
					assertThat(client.postChunked("/refused", body).response().status()).isEqualTo(401);
					assertThat(client.post("/refused", body).response().status()).isEqualTo(401);
					assertThat(client.get("/hello").response().text()).isEqualTo("hello");
				}
				try (Http2Client client = Http2Client.honest(server.port())) {
					client.post(1, "/refused").upload(1, body, true);
					assertThat(client.response(1).status()).isEqualTo(401);
				}
			}
		}
	}

	@Test
	void whoeverIsAnsweredEarlyMayTakeItsTime() {
		byte[] body = new byte[1_800_000];
		try (TestServer server = start("hardened.timeout.read=2s", "hardened.timeout.min-read-rate=100KB");
				SlowClient client = SlowClient.tls(server.port())) {
			client.send("POST /refused" + HOST + "Content-Length: " + body.length + "\r\n\r\n");
			client.drip(body, 50_000, Duration.ofMillis(150));
			assertThat(client.response(SOON).status()).isEqualTo(401);
		}
	}

	@Test
	void aSlowStreamBesideOneThatUploadsMuchIsAnswered() {
		try (TestServer server = start("server.undertow.max-http-post-size=200KB");
				Http2Client client = Http2Client.honest(server.port())) {
			client.post(1, "/hash").post(3, "/refused");
			client.data(3, PIECE, false);
			for (int stream = 5; stream < 25; stream += 2) {
				client.post(stream, "/hash").upload(stream, new byte[60_000], true);
				assertThat(client.response(stream).status()).isEqualTo(200);
				client.data(3, PIECE, false);
			}
			client.data(3, PIECE, true);
			assertThat(client.response(3).status()).isEqualTo(401);
			client.data(1, PIECE, true);
			assertThat(client.response(1).status()).isEqualTo(200);
		}
	}

	@Test
	void itIsTwiceWhatABodyMayHave() {
		ServerProperties properties = new ServerProperties();
		assertThat(UnreadLimit.of(properties).bytes()).isEqualTo(4 * 1024 * 1024);
		properties.getUndertow().setMaxHttpPostSize(DataSize.ofKilobytes(10));
		assertThat(UnreadLimit.of(properties).bytes()).isEqualTo(20 * 1024);
		properties.getUndertow().setMaxHttpPostSize(DataSize.ofBytes(Long.MAX_VALUE));
		assertThat(UnreadLimit.of(properties).bytes()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void withoutARateTimeIsNoLimit() {
		UnreadLimit limit = new UnreadLimit(1000);
		assertThat(limit.isExceededIn(Long.MAX_VALUE, 0)).isFalse();
		assertThat(limit.isExceededIn(Duration.ofSeconds(10).toNanos(), 100)).isFalse();
		assertThat(limit.isExceededIn(Duration.ofSeconds(11).toNanos(), 100)).isTrue();
	}

	private static TestServer start(String... properties) {
		return TestServer.startWith(WebApplicationType.REACTIVE, List.of(Refusing.class), properties);
	}

	private static GuardedConnection connection(TestServer server) {
		Guard guard = server.bean(Guard.class);
		assertThat(DeadlineWireTests.await(SOON, () -> guard.connections().size() == 1)).isTrue();
		return guard.connections().iterator().next();
	}

	@RestController
	static class Refusing {

		@PostMapping("/refused")
		Mono<ResponseEntity<Void>> refused() {
			return Mono.just(new ResponseEntity<>(HttpStatus.UNAUTHORIZED));
		}

	}

}
