package io.github.hardenedhttp.undertow;

import java.util.concurrent.RejectedExecutionException;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;

/**
 * Lets the next request of an HTTP/1.1 connection begin on the I/O thread only. Spring
 * WebFlux ends a response on any thread, and right before that it takes its listener away
 * and resumes writes ({@code UndertowServerHttpResponse}). The I/O thread is called,
 * finds no listener, and suspends writes
 * ({@code WriteReadyHandler.ChannelListenerHandler}). If the next response has begun in
 * the meantime, and waits to be called, it waits for ever.
 */
final class CompletionOnIoThread implements ExchangeCompletionListener {

	static final CompletionOnIoThread INSTANCE = new CompletionOnIoThread();

	private CompletionOnIoThread() {
	}

	@Override
	public void exchangeEvent(HttpServerExchange exchange, NextListener nextListener) {
		// After an upgrade there is no next request, but code of the application's.
		if (exchange.isInIoThread() || exchange.isUpgrade()) {
			nextListener.proceed();
			return;
		}
		try {
			exchange.getIoThread().execute(nextListener::proceed);
		}
		catch (RejectedExecutionException ex) {
			// The worker ends, and every connection with it.
			nextListener.proceed();
		}
	}

}
