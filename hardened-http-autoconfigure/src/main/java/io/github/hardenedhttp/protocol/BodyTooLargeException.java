package io.github.hardenedhttp.protocol;

import io.undertow.server.RequestTooBigException;

/**
 * What is thrown to whoever reads a body that turns out to be too large. The request has
 * been counted then.
 */
final class BodyTooLargeException extends RequestTooBigException {

	BodyTooLargeException(long max) {
		super("A request body has more than %d bytes".formatted(max));
	}

	static boolean isCauseOf(Throwable thrown) {
		for (Throwable each = thrown; each != null && each != each.getCause(); each = each.getCause()) {
			if (each instanceof BodyTooLargeException) {
				return true;
			}
		}
		return false;
	}

}
