package io.github.hardenedhttp.timeout;

import io.undertow.server.HttpServerExchange;
import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Gives a WebFlux application the request body in a way that shows who waits. Spring
 * takes the request channel before any Undertow handler could put a conduit on it
 * ({@code UndertowServerHttpRequest}), and a {@code WebFilter} would come too late for
 * form data ({@code DefaultServerWebExchange}).
 */
final class ReactiveDeadlineHandler implements HttpHandler {

	private final UnreadLimit limit;

	private final HttpHandler application;

	ReactiveDeadlineHandler(UnreadLimit limit, HttpHandler application) {
		this.limit = limit;
		this.application = application;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		HttpServerExchange exchange = ServerHttpRequestDecorator.getNativeRequest(request);
		ExchangeDeadlines deadlines = exchange.getAttachment(ExchangeDeadlines.KEY);
		exchange.addResponseWrapper((factory, sameExchange) -> new QuietSinkConduit(factory.create(), sameExchange));
		if (deadlines == null || exchange.isRequestComplete()) {
			return this.application.handle(request, response);
		}
		UnreadBody unread = new UnreadBody(exchange);
		DeadlineServerHttpRequest watched = new DeadlineServerHttpRequest(request, unread, deadlines);
		return this.application.handle(watched, response).doOnTerminate(() -> {
			unread.over();
			deadlines.watchArrival(this.limit);
		});
	}

}
