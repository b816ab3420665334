package io.github.hardenedhttp.timeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.zip.GZIPInputStream;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Responses that are written, and whose clients do not take them yet.
 */
class DeadlineSinkConduitTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final String[] TWO_WORKERS = { "server.undertow.threads.worker=2",
			"hardened.timeout.max-waiting-workers=0", "hardened.timeout.write=60s", "server.compression.enabled=true",
			"server.compression.min-response-size=1B", "server.compression.mime-types=application/octet-stream" };

	@Test
	void smallResponsesKeepNoWorkerAndArriveWhenTheClientTakesThem() {
		try (TestServer server = TestServer.start(TWO_WORKERS);
				SlowClient honest = SlowClient.tls(server.port());
				Http2Client slow = Http2Client.tls(server.port()).preface(4, 0)) {
			honest.get("/hello").response();
			for (int stream = 1; stream < 81; stream += 2) {
				slow.get(stream, "/hello");
			}
			Deadlines deadlines = server.bean(Deadlines.class);
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 40 && pool.active() == 0)).isTrue();
			assertThat(honest.get("/hello").response(SOON).text()).isEqualTo("hello");
			for (int stream = 1; stream < 81; stream += 2) {
				assertThat(slow.windowUpdate(stream, 5).response(stream).text()).isEqualTo("hello");
			}
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
		}
	}

	@Test
	void compressedResponsesArriveWhole() throws IOException {
		try (TestServer server = TestServer.start(TWO_WORKERS);
				Http2Client slow = Http2Client.tls(server.port()).preface(4, 0)) {
			slow.get(1, "/noise?bytes=30000", "accept-encoding", "gzip");
			WorkerPool pool = server.bean(WorkerPool.class);
			assertThat(DeadlineWireTests.await(SOON, () -> pool.waiting() == 1)).isTrue();
			for (int part = 0; part < 40; part++) {
				slow.windowUpdate(1, 1000);
			}
			byte[] body = slow.response(1).body();
			assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()).hasSize(30_000);
		}
	}

}
