package io.github.hardenedhttp.timeout;

import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

import org.springframework.http.MediaType;

/**
 * Puts the deadlines on a request, before anybody reads from it.
 */
final class DeadlineHandler implements HttpHandler {

	private final Guard guard;

	private final Deadlines deadlines;

	private final PathRequestTimeouts timeouts;

	private final @Nullable WorkerPool pool;

	private final SlowClients slowClients;

	private final UnreadLimit unreadLimit;

	private final LongSupplier nanoTime;

	private final HttpHandler next;

	DeadlineHandler(Guard guard, Deadlines deadlines, PathRequestTimeouts timeouts, @Nullable WorkerPool pool,
			SlowClients slowClients, UnreadLimit unreadLimit, LongSupplier nanoTime, HttpHandler next) {
		this.guard = guard;
		this.deadlines = deadlines;
		this.timeouts = timeouts;
		this.pool = pool;
		this.slowClients = slowClients;
		this.unreadLimit = unreadLimit;
		this.nanoTime = nanoTime;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		GuardedConnection connection = this.guard.find(exchange.getConnection());
		ExchangeDeadlines request = (connection != null) ? start(exchange, connection) : null;
		boolean hasConduit = exchange.isRequestChannelAvailable();
		this.next.handleRequest(exchange);
		if (request != null && !hasConduit && exchange.isResponseStarted()) {
			// A WebFlux request that was refused; the application has not been called.
			request.watchArrival(this.unreadLimit);
		}
	}

	private ExchangeDeadlines start(HttpServerExchange exchange, GuardedConnection connection) {
		ExchangeDeadlines request = new ExchangeDeadlines(exchange, connection,
				this.timeouts.of(exchange.getRequestPath()), this.pool, this.slowClients, this.nanoTime);
		exchange.putAttachment(ExchangeDeadlines.KEY, request);
		this.deadlines.started(request);
		exchange.addExchangeCompleteListener((ended, nextListener) -> {
			this.deadlines.ended(request);
			nextListener.proceed();
		});
		if (exchange.isRequestChannelAvailable() && !exchange.isRequestComplete()) {
			// For servlets. Spring WebFlux has taken the request channel already: see
			// ReactiveDeadlineHandler.
			exchange.addRequestWrapper((factory, sameExchange) -> {
				StreamSourceConduit source = factory.create();
				request.setSource(source);
				return new DeadlineSourceConduit(source, request);
			});
		}
		exchange.addResponseWrapper((factory, sameExchange) -> {
			if (isEventStream(exchange)) {
				request.liftTotal();
			}
			StreamSinkConduit sink = factory.create();
			request.setSink(sink);
			return new DeadlineSinkConduit(sink, request);
		});
		return request;
	}

	private static boolean isEventStream(HttpServerExchange exchange) {
		String type = exchange.getResponseHeaders().getFirst(Headers.CONTENT_TYPE);
		return type != null && type.startsWith(MediaType.TEXT_EVENT_STREAM_VALUE);
	}

}
