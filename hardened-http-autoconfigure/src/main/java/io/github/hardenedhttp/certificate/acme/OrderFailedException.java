package io.github.hardenedhttp.certificate.acme;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an order has brought no certificate. What was served before still is.
 */
@SuppressWarnings("serial")
class OrderFailedException extends Exception {

	private final OrderResult result;

	private final @Nullable Instant retryAfter;

	/**
	 * Creates the exception.
	 * @param result what kind of failure it is
	 * @param problem what is wrong, a sentence without its full stop; never a part of a
	 * key or token
	 * @param retryAfter the instant before which the authority wants to hear nothing, if
	 * it named one
	 * @param cause what failed, if anything did
	 */
	OrderFailedException(OrderResult result, String problem, @Nullable Instant retryAfter, @Nullable Throwable cause) {
		super(problem, cause);
		this.result = result;
		this.retryAfter = retryAfter;
	}

	OrderResult result() {
		return this.result;
	}

	@Nullable Instant retryAfter() {
		return this.retryAfter;
	}

	/**
	 * Whether something failed because its thread was interrupted. acme4j makes a failure
	 * of the network out of it.
	 * @param failure what failed
	 * @return whether an interruption is among its causes
	 */
	static boolean isInterruption(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InterruptedException)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

	/**
	 * What is wrong, and what can be done.
	 * @return sentences
	 */
	String explanation() {
		return (getMessage() + ". " + this.result.advice()).strip();
	}

}
