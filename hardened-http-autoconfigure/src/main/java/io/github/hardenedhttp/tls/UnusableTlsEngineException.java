package io.github.hardenedhttp.tls;

/**
 * Thrown when an engine is on the class path and does not work here.
 */
@SuppressWarnings("serial")
final class UnusableTlsEngineException extends Exception {

	UnusableTlsEngineException(Throwable cause) {
		super(firstLine(cause), cause);
	}

	UnusableTlsEngineException(String problem) {
		super(problem);
	}

	private static String firstLine(Throwable cause) {
		String message = cause.getMessage();
		return (message != null) ? message.lines().findFirst().orElse("") : cause.getClass().getSimpleName();
	}

}
