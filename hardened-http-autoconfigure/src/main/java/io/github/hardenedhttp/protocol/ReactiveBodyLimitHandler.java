package io.github.hardenedhttp.protocol;

import java.util.concurrent.atomic.AtomicLong;

import io.undertow.server.HttpServerExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * {@link BodyLimitHandler} for the bodies of WebFlux that do not say how large they are.
 * Spring takes the request channel before any conduit could be put on it.
 */
final class ReactiveBodyLimitHandler implements HttpHandler {

	private final BodyLimit limit;

	private final Refusal refusal;

	private final HttpHandler application;

	ReactiveBodyLimitHandler(BodyLimit limit, Refusal refusal, HttpHandler application) {
		this.limit = limit;
		this.refusal = refusal;
		this.application = application;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		HttpServerExchange exchange = ServerHttpRequestDecorator.getNativeRequest(request);
		boolean counts = !exchange.isRequestComplete() && exchange.getRequestContentLength() < 0
				&& this.refusal.enforces();
		return this.application.handle(counts ? new Request(request, exchange) : request, response);
	}

	private final class Request extends ServerHttpRequestDecorator {

		private final HttpServerExchange exchange;

		private final AtomicLong count = new AtomicLong();

		Request(ServerHttpRequest delegate, HttpServerExchange exchange) {
			super(delegate);
			this.exchange = exchange;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return super.getBody().handle((buffer, sink) -> {
				if (isTooMuch(this.count.addAndGet(buffer.readableByteCount()))) {
					DataBufferUtils.release(buffer);
					this.exchange.setPersistent(false);
					sink.error(new BodyTooLargeException(ReactiveBodyLimitHandler.this.limit.max()));
				}
				else {
					sink.next(buffer);
				}
			});
		}

		private boolean isTooMuch(long length) {
			return ReactiveBodyLimitHandler.this.limit.isExceededBy(length)
					&& ReactiveBodyLimitHandler.this.refusal.applies(this.exchange);
		}

	}

}
