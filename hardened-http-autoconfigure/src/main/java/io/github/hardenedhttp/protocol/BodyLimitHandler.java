package io.github.hardenedhttp.protocol;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/**
 * Refuses a body that says it is too large with 413, and counts one that does not say.
 * The servlet container has limits of its own for multipart requests, and tells of them
 * later, so those are only counted.
 * <p>
 * Undertow's own limit must be off ({@link UndertowProtocolCustomizer}).
 */
final class BodyLimitHandler implements HttpHandler {

	private final BodyLimit limit;

	private final Refusal refusal;

	private final HttpHandler next;

	BodyLimitHandler(BodyLimit limit, Refusal refusal, HttpHandler next) {
		this.limit = limit;
		this.refusal = refusal;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		if (!exchange.isRequestComplete() && this.refusal.enforces()) {
			boolean countable = exchange.isRequestChannelAvailable();
			boolean judgedLater = countable && MultipartRule.isMultipart(exchange);
			long length = exchange.getRequestContentLength();
			if (!judgedLater && this.limit.isExceededBy(length) && this.refusal.applies(exchange)) {
				this.refusal.send(exchange, StatusCodes.REQUEST_ENTITY_TOO_LARGE);
				return;
			}
			if (countable && (judgedLater || length < 0)) {
				exchange.setMaxEntitySize(BodyLimit.OURS);
				exchange.addRequestWrapper(
						(factory, same) -> new BodyLimitConduit(factory.create(), same, this.refusal, this.limit));
			}
		}
		this.next.handleRequest(exchange);
	}

}
