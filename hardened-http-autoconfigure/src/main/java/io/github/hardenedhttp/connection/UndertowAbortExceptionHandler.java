package io.github.hardenedhttp.connection;

import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.ExceptionHandler;
import io.undertow.servlet.api.LoggingExceptionHandler;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Sees what filters and servlets throw. Everything that is no abort goes on to the
 * handler that was there before: the application's own, or Undertow's.
 */
final class UndertowAbortExceptionHandler implements ExceptionHandler {

	private final ExchangeAbort abort;

	private final ExceptionHandler next;

	private UndertowAbortExceptionHandler(ExchangeAbort abort, ExceptionHandler next) {
		this.abort = abort;
		this.next = next;
	}

	static void addTo(DeploymentInfo deployment, ExchangeAbort abort) {
		ExceptionHandler present = deployment.getExceptionHandler();
		deployment.setExceptionHandler(new UndertowAbortExceptionHandler(abort,
				(present != null) ? present : LoggingExceptionHandler.DEFAULT));
	}

	@Override
	public boolean handleThrowable(HttpServerExchange exchange, ServletRequest request, ServletResponse response,
			Throwable thrown) {
		return this.abort.abortIfAsked(exchange, thrown)
				|| this.next.handleThrowable(exchange, request, response, thrown);
	}

}
