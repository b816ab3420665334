package io.github.hardenedhttp.timeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import org.junit.jupiter.api.Test;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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
	void aResponseThatIsToldToBeDoneTooEarlyIsNotReset() {
		try (TestServer server = TestServer.startWith(List.of(DoneTooEarly.class));
				Http2Client client = Http2Client.honest(server.port())) {
			for (int stream = 1; stream < 41; stream += 2) {
				assertThat(client.get(stream, "/hello").response(stream).text()).isEqualTo("hello");
			}
			Deadlines deadlines = server.bean(Deadlines.class);
			assertThat(DeadlineWireTests.await(SOON, () -> deadlines.running() == 0)).isTrue();
			client.ping();
			assertThat(client.await(SOON, (frames) -> frames.stream().anyMatch(DeadlineSinkConduitTests::answersPing)))
				.isTrue();
			assertThat(client.frames()).noneMatch((frame) -> frame.type() == Http2Client.RST_STREAM);
		}
	}

	private static boolean answersPing(Http2Client.Frame frame) {
		return frame.type() == Http2Client.PING && frame.flags() == 1;
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

	/**
	 * As Undertow is when a worker flushes while the I/O thread ends the stream.
	 */
	@Configuration(proxyBeanMethods = false)
	static class DoneTooEarly {

		@Bean
		RequestHandler doneTooEarly() {
			return new RequestHandler(HandlerOrder.DRAINING, (next) -> (exchange) -> {
				exchange.addResponseWrapper((factory, sameExchange) -> new Conduit(factory.create()));
				next.handleRequest(exchange);
			});
		}

		private static final class Conduit extends AbstractStreamSinkConduit<StreamSinkConduit> {

			private boolean early;

			Conduit(StreamSinkConduit next) {
				super(next);
			}

			@Override
			public void terminateWrites() throws IOException {
				super.terminateWrites();
				this.early = true;
			}

			@Override
			public boolean flush() throws IOException {
				if (this.early) {
					this.early = false;
					return true;
				}
				return super.flush();
			}

		}

	}

}
