package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.Random;

import io.github.hardenedhttp.testsupport.Digest;
import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that wait for "100 Continue" on a stream.
 */
@ExtendWith(OutputCaptureExtension.class)
class Http2ContinueTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	/**
	 * 65,535 octets are sent unasked (RFC 9113, section 6.9.2), and for more the stream
	 * must be known.
	 */
	@ParameterizedTest
	@CsvSource({ "SERVLET, 64KB, false", "SERVLET, 0B, false", "SERVLET, 64KB, true", "REACTIVE, 64KB, false" })
	void aResponseLongerThanTheWindowMayFollow(WebApplicationType type, String buffer, boolean virtual) {
		byte[] body = new byte[200_000];
		new Random(1).nextBytes(body);
		try (TestServer server = TestServer.start(type, "hardened.timeout.body-buffer=" + buffer,
				"spring.threads.virtual.enabled=" + virtual); Http2Client client = Http2Client.honest(server.port())) {
			client.post(1, "/echo", "expect", "100-continue", "content-type", "application/octet-stream");
			awaitContinue(client, 1);
			client.upload(1, body, true);
			assertThat(client.response(1).body()).isEqualTo(body);
			assertThat(DeadlineWireTests.await(SOON,
					() -> server.bean(Guard.class).connections().get(0).state() == ConnectionState.IDLE))
				.isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void manyStreamsMayWaitForIt(WebApplicationType type, CapturedOutput output) {
		byte[] body = new byte[1000];
		try (TestServer server = TestServer.start(type); Http2Client client = Http2Client.honest(server.port())) {
			for (int stream = 1; stream < 800; stream += 8) {
				for (int each = stream; each < stream + 8; each += 2) {
					client.post(each, "/hash", "expect", "100-continue");
				}
				for (int each = stream; each < stream + 8; each += 2) {
					awaitContinue(client, each);
					client.data(each, body, true);
				}
				for (int each = stream; each < stream + 8; each += 2) {
					assertThat(client.response(each).text()).isEqualTo(Digest.of(body));
				}
			}
		}
		assertThat(output).doesNotContain("UT005", " ERROR ");
	}

	private static void awaitContinue(Http2Client client, int stream) {
		assertThat(client.await(SOON,
				(frames) -> frames.stream()
					.anyMatch((frame) -> frame.stream() == stream && "100".equals(frame.headers().get(":status")))))
			.isTrue();
	}

}
