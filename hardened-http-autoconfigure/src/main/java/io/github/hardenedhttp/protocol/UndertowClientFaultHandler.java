package io.github.hardenedhttp.protocol;

import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.ExceptionHandler;
import io.undertow.servlet.api.LoggingExceptionHandler;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Answers what a client has caused with 400 or 413, and logs it at debug. Everything else
 * goes on to the handler that was there before: the application's own, or Undertow's,
 * which logs an error with a stack trace and answers 500.
 */
final class UndertowClientFaultHandler implements ExceptionHandler {

	private static final Log logger = LogFactory.getLog(UndertowClientFaultHandler.class);

	private final Refusal refusal;

	private final ExceptionHandler next;

	private UndertowClientFaultHandler(Refusal refusal, ExceptionHandler next) {
		this.refusal = refusal;
		this.next = next;
	}

	static void addTo(DeploymentInfo deployment, Refusal refusal) {
		ExceptionHandler present = deployment.getExceptionHandler();
		deployment.setExceptionHandler(
				new UndertowClientFaultHandler(refusal, (present != null) ? present : LoggingExceptionHandler.DEFAULT));
	}

	@Override
	public boolean handleThrowable(HttpServerExchange exchange, ServletRequest request, ServletResponse response,
			Throwable thrown) {
		Integer status = answer(exchange, response, thrown);
		if (status == null) {
			return this.next.handleThrowable(exchange, request, response, thrown);
		}
		logger.debug("A request was answered with " + status, thrown);
		return true;
	}

	private @Nullable Integer answer(HttpServerExchange exchange, ServletResponse response, Throwable thrown) {
		Integer status = ClientFault.status(thrown);
		if (status == null || exchange.isResponseStarted() || !(response instanceof HttpServletResponse http)) {
			return null;
		}
		if (!BodyTooLargeException.isCauseOf(thrown) && !this.refusal.applies(exchange)) {
			return null;
		}
		http.reset();
		http.setStatus(status);
		return status;
	}

}
