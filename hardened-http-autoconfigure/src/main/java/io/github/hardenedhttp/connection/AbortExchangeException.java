package io.github.hardenedhttp.connection;

/**
 * Thrown by an application to end a request without an answer: with HTTP/1.1 the
 * connection is reset, with HTTP/2 the stream, also when part of the response has been
 * sent. The client cannot take what it has for a whole response. Nothing is logged and no
 * error page is made.
 * <p>
 * It may come from a controller, a filter, an asynchronous result or a reactive chain,
 * and may be the cause of another exception. It has no stack trace.
 */
@SuppressWarnings("serial")
public final class AbortExchangeException extends RuntimeException {

	/**
	 * Abort the request.
	 */
	public AbortExchangeException() {
		this("The application aborted the request");
	}

	/**
	 * Abort the request, and say why to whoever catches this on its way.
	 * @param message the reason
	 */
	public AbortExchangeException(String message) {
		super(message, null, false, false);
	}

}
