package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowEnd;
import io.github.hardenedhttp.testsupport.TestServer;
import io.undertow.server.HttpServerExchange;
import org.junit.jupiter.api.Test;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the I/O thread where it has found no listener and has not yet suspended writes,
 * until the thread of the application that ends the response listens for that end.
 */
class QuietSinkConduitTests {

	@Test
	void whoHasAskedMeanwhileIsCalled() {
		try (TestServer server = TestServer.startWith(WebApplicationType.REACTIVE, List.of(Application.class));
				Http2Client client = Http2Client.honest(server.port())) {
			assertThat(client.get(1, "/slow-end").response(1).text()).isEqualTo(SlowEnd.TEXT);
			Application application = server.bean(Application.class);
			assertThat(application.suspending.getCount()).as("the I/O thread was there").isZero();
			assertThat(application.asked.getCount()).as("the other has asked").isZero();
		}
	}

	@RestController
	static class Application {

		private final CountDownLatch suspending = new CountDownLatch(1);

		private final CountDownLatch asked = new CountDownLatch(1);

		@Bean
		@Order(2)
		HttpHandlerDecoratorFactory watch() {
			return (application) -> (request, response) -> {
				HttpServerExchange exchange = ServerHttpRequestDecorator.getNativeRequest(request);
				exchange.addResponseWrapper((factory, sameExchange) -> new Watched(factory.create(), exchange));
				return application.handle(request, response);
			};
		}

		@GetMapping("/slow-end")
		Mono<Void> slowEnd(ServerWebExchange exchange) {
			return SlowEnd.of(exchange);
		}

		private static void await(CountDownLatch latch) {
			try {
				latch.await(2, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private final class Watched extends AbstractStreamSinkConduit<StreamSinkConduit> {

			private final HttpServerExchange exchange;

			private volatile boolean written;

			private volatile boolean askedBeforeItsEnd;

			private volatile boolean ended;

			Watched(StreamSinkConduit next, HttpServerExchange exchange) {
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
				if (this.written && this.exchange.isInIoThread() && Application.this.suspending.getCount() > 0) {
					Application.this.suspending.countDown();
					await(Application.this.asked);
				}
				super.suspendWrites();
			}

			@Override
			public boolean flush() throws IOException {
				if (this.written && !this.ended && !this.exchange.isInIoThread()) {
					await(Application.this.suspending);
				}
				return super.flush();
			}

			@Override
			public void terminateWrites() throws IOException {
				super.terminateWrites();
				this.ended = true;
			}

			@Override
			public void resumeWrites() {
				if (this.written && !this.askedBeforeItsEnd && !this.exchange.isInIoThread()) {
					// If it were called now it would end the response in place of this
					// thread.
					this.askedBeforeItsEnd = true;
					return;
				}
				super.resumeWrites();
				if (this.ended && !this.exchange.isInIoThread()) {
					Application.this.asked.countDown();
				}
			}

		}

	}

}
