package io.github.hardenedhttp.undertow;

import io.undertow.server.HandlerWrapper;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Puts Undertow handlers around a WebFlux application. They must pass the request on, or
 * end it, before they return.
 */
final class ReactiveRequestHandlers implements HttpHandler {

	private final HandlerWrapper handlers;

	private final HttpHandler application;

	ReactiveRequestHandlers(HandlerWrapper handlers, HttpHandler application) {
		this.handlers = handlers;
		this.application = application;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		HttpServerExchange exchange = ServerHttpRequestDecorator.getNativeRequest(request);
		if (!Protocols.HTTP_2_0.equals(exchange.getProtocol())) {
			exchange.addExchangeCompleteListener(CompletionOnIoThread.INSTANCE);
		}
		Next next = new Next(this.application, request, response);
		try {
			this.handlers.wrap(next).handleRequest(exchange);
		}
		catch (Exception ex) {
			return Mono.error(ex);
		}
		return (next.result != null) ? next.result : Mono.empty();
	}

	private static final class Next implements io.undertow.server.HttpHandler {

		private final HttpHandler application;

		private final ServerHttpRequest request;

		private final ServerHttpResponse response;

		private @Nullable Mono<Void> result;

		Next(HttpHandler application, ServerHttpRequest request, ServerHttpResponse response) {
			this.application = application;
			this.request = request;
			this.response = response;
		}

		@Override
		public void handleRequest(HttpServerExchange exchange) {
			this.result = this.application.handle(this.request, this.response);
		}

	}

}
