package io.github.hardenedhttp.testsupport;

import io.undertow.server.HttpServerExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * A response of WebFlux that is written on the I/O thread, and ended on another when that
 * thread is idle.
 */
public final class SlowEnd {

	public static final String TEXT = "slow";

	private SlowEnd() {
	}

	public static Mono<Void> of(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		HttpServerExchange undertow = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
		Mono<DataBuffer> end = Mono.create((sink) -> sink.onRequest(
				(count) -> undertow.getIoThread().execute(() -> Schedulers.boundedElastic().schedule(sink::success))));
		return response.writeWith(Flux.concat(Mono.just(response.bufferFactory().wrap(TEXT.getBytes())), end));
	}

}
