package io.github.hardenedhttp.protocol;

import io.undertow.server.HttpServerExchange;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * {@link UndertowClientFaultHandler} for WebFlux: gives what a client has caused its
 * status, and leaves the answer to the handlers after it.
 */
final class ReactiveClientFaultHandler implements WebExceptionHandler, Ordered {

	private static final Log logger = LogFactory.getLog(ReactiveClientFaultHandler.class);

	// Before Boot's DefaultErrorWebExceptionHandler, which is at -1.

	private static final int ORDER = -2;

	private final Refusal refusal;

	ReactiveClientFaultHandler(Refusal refusal) {
		this.refusal = refusal;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
		HttpServerExchange undertow = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
		Integer status = ClientFault.status(thrown);
		if (status == null || !BodyTooLargeException.isCauseOf(thrown) && !this.refusal.applies(undertow)) {
			return Mono.error(thrown);
		}
		if (!undertow.isRequestComplete()) {
			// Nobody reads on.
			undertow.setPersistent(false);
		}
		logger.debug("A request was answered with " + status, thrown);
		return Mono.error(new ResponseStatusException(HttpStatus.valueOf(status), null, thrown));
	}

}
