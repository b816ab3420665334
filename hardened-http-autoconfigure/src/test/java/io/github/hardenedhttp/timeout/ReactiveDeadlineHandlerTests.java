package io.github.hardenedhttp.timeout;

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
