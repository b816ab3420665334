package io.github.hardenedhttp.timeout;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.undertow.server.HttpServerExchange;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import org.springframework.boot.WebApplicationType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

class DeadlineServerHttpRequestTests {

	/**
	 * Spring may miss what is asked for on another thread while it subscribes. Here that
	 * other thread has all the time it wants, so what comes too early comes every time.
	 */
	@Test
	void theBodyComesWhenSpringHasSubscribed() {
		try (TestServer server = TestServer.startWith(WebApplicationType.REACTIVE, List.of(Application.class));
				SlowClient client = SlowClient.tls(server.port())) {
			client.send("POST /asks-at-once HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
			assertThat(client.response().text()).isEqualTo("0 of 5");
		}
	}

	@RestController
	static class Application {

		@PostMapping("/asks-at-once")
		Mono<String> asksAtOnce(ServerWebExchange exchange) {
			return Mono.create((sink) -> exchange.getRequest().getBody().subscribe(new Reader(exchange, sink)));
		}

	}

	private static final class Reader extends BaseSubscriber<DataBuffer> {

		private final HttpServerExchange exchange;

		private final MonoSink<String> result;

		private volatile boolean subscribing = true;

		private int early;

		private int bytes;

		Reader(ServerWebExchange exchange, MonoSink<String> result) {
			this.exchange = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
			this.result = result;
		}

		@Override
		protected void hookOnSubscribe(Subscription body) {
			body.request(1);
			CompletableFuture.runAsync(() -> {
			}, this.exchange.getIoThread()).join();
			this.subscribing = false;
		}

		@Override
		protected void hookOnNext(DataBuffer buffer) {
			this.bytes += buffer.readableByteCount();
			if (this.subscribing) {
				this.early = this.bytes;
			}
			DataBufferUtils.release(buffer);
			request(1);
		}

		@Override
		protected void hookOnComplete() {
			this.result.success(this.early + " of " + this.bytes);
		}

	}

}
