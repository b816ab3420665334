package io.github.hardenedhttp.tls;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * There is no OCSP response to be stapled.
 */
@SuppressWarnings("serial")
final class NoStapleException extends Exception {

	/**
	 * The way out where the responder is to blame.
	 */
	static final String TELL = "Tell the authority if that goes on, or set '%s' to false"
		.formatted(TlsProperties.OCSP_STAPLING);

	private final String advice;

	private final boolean revoked;

	/**
	 * Creates an exception.
	 * @param problem what is wrong, to be read after the certificate, without full stop
	 * @param advice what a person should do, without full stop
	 * @param cause the cause, if any
	 */
	NoStapleException(String problem, String advice, @Nullable Throwable cause) {
		this(problem, advice, false, cause);
	}

	private NoStapleException(String problem, String advice, boolean revoked, @Nullable Throwable cause) {
		super(problem, cause);
		this.advice = advice;
		this.revoked = revoked;
	}

	static NoStapleException revoked(Instant since) {
		return new NoStapleException("it was revoked at %s".formatted(since),
				"Replace it now: clients that ask refuse it", true, null);
	}

	String problem() {
		return String.valueOf(getMessage());
	}

	String advice() {
		return this.advice;
	}

	/**
	 * Whether the certificate itself is the problem.
	 * @return whether nothing that was said before is true any more
	 */
	boolean isRevoked() {
		return this.revoked;
	}

}
