package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowEnd;
import io.github.hardenedhttp.testsupport.TestServer;
import io.undertow.server.HttpServerExchange;
import org.junit.jupiter.api.Test;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the I/O thread where it has found no listener and has not yet suspended writes,
 * until the next response waits, or one second.
 */
class CompletionOnIoThreadTests {

	@Test
	void theNextResponseIsNotForgotten() {
		try (TestServer server = TestServer.startWith(WebApplicationType.REACTIVE, List.of(Application.class),
				"hardened.tls.enabled=false"); SlowClient client = SlowClient.connect(server.port())) {
			client.send("GET /slow-end HTTP/1.1\r\nHost: localhost\r\n\r\n"
					+ "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
			assertThat(client.response().text()).isEqualTo(SlowEnd.TEXT);
			assertThat(client.response().text()).isEqualTo("hello");
			assertThat(server.bean(Application.class).suspending.getCount()).as("threads seen").isZero();
		}
	}

	@RestController
	static class Application {

		private final CountDownLatch suspending = new CountDownLatch(1);

		private final CountDownLatch nextWaits = new CountDownLatch(1);

		@Bean
		RequestHandler watch() {
			return new RequestHandler(HandlerOrder.DEADLINES, (next) -> (exchange) -> {
				boolean first = exchange.getRequestPath().equals("/slow-end");
				exchange.addResponseWrapper((factory, sameExchange) -> first ? new First(factory.create(), exchange)
						: new Next(factory.create()));
				next.handleRequest(exchange);
			});
		}

		@GetMapping("/slow-end")
		Mono<Void> slowEnd(ServerWebExchange exchange) {
			return SlowEnd.of(exchange);
		}

		private static void await(CountDownLatch latch, long seconds) {
			try {
				latch.await(seconds, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private final class First extends AbstractStreamSinkConduit<StreamSinkConduit> {

			private final HttpServerExchange exchange;

			private volatile boolean written;

			First(StreamSinkConduit next, HttpServerExchange exchange) {
				super(next);
				this.exchange = exchange;
			}

			@Override
			public int write(ByteBuffer source) throws IOException {
				int count = super.write(source);
				this.written = true;
				return count;
			}

			@Override
			public void suspendWrites() {
				if (this.written) {
					if (this.exchange.isInIoThread()) {
						Application.this.suspending.countDown();
						await(Application.this.nextWaits, 1);
					}
					else {
						await(Application.this.suspending, 5);
					}
				}
				super.suspendWrites();
			}

		}

		private final class Next extends AbstractStreamSinkConduit<StreamSinkConduit> {

			Next(StreamSinkConduit next) {
				super(next);
			}

			@Override
			public void resumeWrites() {
				super.resumeWrites();
				Application.this.nextWaits.countDown();
			}

		}

	}

}
