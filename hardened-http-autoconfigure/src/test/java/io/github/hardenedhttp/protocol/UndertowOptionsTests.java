package io.github.hardenedhttp.protocol;

import java.io.ByteArrayOutputStream;
import java.time.Duration;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is read along is held to the options Undertow itself goes by.
 */
class UndertowOptionsTests {

	private static final int ACK = 1;

	@Test
	void theSizeOfAHeadIsUndertows() {
		try (TestServer server = TestServer.start("server.undertow.options.server.max-header-size=32768")) {
			try (SlowClient client = SlowClient.tls(server.port())) {
				assertThat(client.send(get(30_000)).response().status()).isEqualTo(200);
				assertThat(client.send(get(33_000)).response().status()).isEqualTo(431);
			}
			try (Http2Client client = Http2Client.honest(server.port())) {
				assertThat(client.get(1, "/hello", "x", "a".repeat(15_000)).response(1).status()).isEqualTo(200);
			}
		}
		try (TestServer server = TestServer.start("server.undertow.options.server.MAX_HEADER_SIZE=2000",
				"server.max-http-request-header-size=16KB"); SlowClient client = SlowClient.tls(server.port())) {
			assertThat(client.send(get(1_500)).response().status()).isEqualTo(200);
			assertThat(client.send(get(2_500)).response().status()).isEqualTo(431);
		}
	}

	private static String get(int length) {
		return "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(length) + "\r\n\r\n";
	}

	@Test
	void theSizeOfAFrameIsUndertows() {
		try (TestServer server = TestServer.start("server.undertow.options.server.http2-settings-max-frame-size=65536");
				Http2Client client = begun(server)) {
			client.post(1, "/hash").frame(Http2Client.DATA, Http2Client.END_STREAM, 1, new byte[40_000]);
			assertThat(client.response(1).status()).isEqualTo(200);
		}
	}

	@Test
	void theSizeOfTheHeaderTableIsUndertows() {
		try (TestServer server = TestServer
			.start("server.undertow.options.server.http2-settings-header-table-size=16384");
				Http2Client client = begun(server)) {
			ByteArrayOutputStream block = new ByteArrayOutputStream();
			// A table of 16384 octets (RFC 7541, section 6.3).
			block.writeBytes(new byte[] { 0x3f, (byte) 0xe1, 0x7f });
			block.writeBytes(Http2Client.headers("GET", "/hello"));
			client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 1, block.toByteArray());
			assertThat(client.response(1).status()).isEqualTo(200);
		}
	}

	/**
	 * A client that knows the server's settings, and has said so.
	 */
	private static Http2Client begun(TestServer server) {
		Http2Client client = Http2Client.honest(server.port());
		assertThat(client.await(Duration.ofSeconds(20),
				(frames) -> frames.stream().anyMatch((frame) -> frame.type() == Http2Client.SETTINGS)))
			.isTrue();
		return client.frame(Http2Client.SETTINGS, ACK, 0, new byte[0]);
	}

}
