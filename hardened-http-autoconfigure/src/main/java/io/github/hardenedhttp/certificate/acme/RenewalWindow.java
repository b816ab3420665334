package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * When the authority wants a certificate to be renewed (ARI, RFC 9773).
 *
 * @param start the beginning
 * @param end the end, not before the beginning
 * @param askAgain the instant before which there is nothing new to hear, or {@code null}
 * if none was named
 */
record RenewalWindow(Instant start, Instant end, @Nullable Instant askAgain) {

	/**
	 * An instant in the window (RFC 9773 section 4.2: clients spread evenly).
	 * @param chance a number from 0 to 1, by chance
	 * @return the instant
	 */
	Instant at(double chance) {
		return this.start.plusMillis((long) (Duration.between(this.start, this.end).toMillis() * chance));
	}

}
