package io.github.hardenedhttp.connection;

import io.undertow.server.HttpServerExchange;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Sees what a WebFlux application ends its response with, before Boot's error page and
 * the application's own handlers.
 */
final class ReactiveAbort implements WebExceptionHandler, Ordered {

	private final ExchangeAbort abort;

	ReactiveAbort(ExchangeAbort abort) {
		this.abort = abort;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
		HttpServerExchange undertow = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
		return this.abort.abortIfAsked(undertow, thrown) ? Mono.empty() : Mono.error(thrown);
	}

}
