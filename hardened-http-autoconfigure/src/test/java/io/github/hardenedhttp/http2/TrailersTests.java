package io.github.hardenedhttp.http2;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client may send after the content, to MVC and to WebFlux.
 */
class TrailersTests {

	private static Map<WebApplicationType, TestServer> servers;

	@BeforeAll
	static void start() {
		servers = Stream.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
			.collect(Collectors.toMap((type) -> type, TestServer::start));
	}

	@AfterAll
	static void stop() {
		servers.values().forEach(TestServer::close);
	}

	@ParameterizedTest
	@CsvSource({ "x-test, ok", "content-digest, sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:" })
	void whatBelongsThereIsTaken(String name, String value) {
		for (TestServer server : servers.values()) {
			try (Http2Client client = Http2Client.honest(server.port())) {
				post(client, 1).frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 1,
						Http2Client.block(name, value));
				assertThat(client.response(1).text()).isEqualTo("hello");
				assertThat(client.get(3, "/hello").response(3).text()).isEqualTo("hello");
			}
		}
	}

	@Test
	void aRequestWithoutThemIsWhatItWas() {
		for (TestServer server : servers.values()) {
			try (Http2Client client = Http2Client.honest(server.port())) {
				client.post(1, "/echo", "content-type", "application/grpc", "te", "trailers", "grpc-timeout", "1S")
					.data(1, "hello".getBytes(), true);
				assertThat(client.response(1).text()).isEqualTo("hello");
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "host, evil.example", "content-type, multipart/form-data; boundary=x", "content-length, 5",
			"cookie, a=1", "x-forwarded-for, 192.0.2.1", "authorization, Basic YTpi", "x-user, eve" })
	void whatWasJudgedIsNotReplaced(String name, String value) {
		for (TestServer server : servers.values()) {
			try (Http2Client client = Http2Client.honest(server.port())) {
				post(client, 1).frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 1,
						Http2Client.block(name, value));
				assertThatItEndsWithProtocolError(client);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "content-length, 5", "expect, 100-continue", "x-test, ok" })
	void aSecondHeadIsNone(String name, String value) {
		for (TestServer server : servers.values()) {
			try (Http2Client client = Http2Client.honest(server.port())) {
				post(client, 1).frame(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, Http2Client.block(name, value))
					.data(1, new byte[0], true);
				assertThatItEndsWithProtocolError(client);
			}
		}
	}

	private static Http2Client post(Http2Client client, int stream) {
		return client.post(stream, "/echo", "content-type", "application/octet-stream", "x-user", "alice")
			.data(stream, "hello".getBytes(), false);
	}

	private static void assertThatItEndsWithProtocolError(Http2Client client) {
		assertThat(client.awaitEnd(Duration.ofSeconds(10))).isTrue();
		List<Http2Client.Frame> frames = client.frames();
		assertThat(frames).noneMatch((frame) -> frame.type() == Http2Client.HEADERS);
		assertThat(frames).filteredOn((frame) -> frame.type() == Http2Client.GOAWAY)
			.extracting((frame) -> ByteBuffer.wrap(frame.payload()).getInt(4))
			.containsExactly(Http2Error.PROTOCOL_ERROR);
	}

}
