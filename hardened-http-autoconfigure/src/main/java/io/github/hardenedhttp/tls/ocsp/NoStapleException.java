package io.github.hardenedhttp.tls.ocsp;

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
		.formatted(OcspStaples.PROPERTY);

	private final String advice;

	private final @Nullable Instant revocationUpdate;

	/**
	 * Creates an exception.
	 * @param problem what is wrong, to be read after the certificate, without full stop
	 * @param advice what a person should do, without full stop
	 * @param cause the cause, if any
	 */
	NoStapleException(String problem, String advice, @Nullable Throwable cause) {
		this(problem, advice, null, cause);
	}

	private NoStapleException(String problem, String advice, @Nullable Instant revocationUpdate,
			@Nullable Throwable cause) {
		super(clean(problem), cause);
		this.advice = advice;
		this.revocationUpdate = revocationUpdate;
	}

	static NoStapleException revoked(Instant since, Instant thisUpdate) {
		return new NoStapleException("it was revoked at %s".formatted(since),
				"Replace it now: clients that ask refuse it", thisUpdate, null);
	}

	/**
	 * What others wrote, be it an address, must not make lines of its own in a log.
	 */
	private static String clean(String text) {
		return text.replaceAll("\\p{Cc}+", " ");
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
		return this.revocationUpdate != null;
	}

	/**
	 * When the authority has said that the certificate was revoked.
	 * @return the time of its answer, or {@code null} if the problem is another one
	 */
	@Nullable Instant revocationUpdate() {
		return this.revocationUpdate;
	}

}
