package io.github.hardenedhttp.certificate.acme;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

import io.github.hardenedhttp.certificate.CertificateLifetime;
import org.jspecify.annotations.Nullable;

/**
 * When to order, and how long to wait after a failure. Relative to the lifetime of each
 * certificate, be it 90 days or six.
 *
 * @param renewAtRemaining the part of the lifetime that is left when it is due, from 0 to
 * 1
 * @param retryInterval how long to wait after the first failure
 */
record RenewalPolicy(double renewAtRemaining, Duration retryInterval) {

	/**
	 * By how much of its lifetime a certificate is renewed before it is due at most, so
	 * that not all that were ordered at one time are renewed at one time.
	 */
	private static final double JITTER = 0.05;

	private static final double GROWTH = 3;

	private static final Duration LONGEST = Duration.ofHours(12);

	/**
	 * Without a valid certificate. Five failures in the first hour are what Let's Encrypt
	 * allows.
	 */
	private static final Duration LONGEST_WITHOUT = Duration.ofHours(1);

	/**
	 * An authority that cannot be reached counts nothing: as soon as it is back there is
	 * to be a certificate.
	 */
	private static final int LONGEST_UNREACHABLE = 5;

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	/**
	 * The instant from which on a certificate must be renewed.
	 * @param certificate the certificate
	 * @return the instant
	 */
	Instant due(X509Certificate certificate) {
		return CertificateLifetime.of(certificate).whenLeft(this.renewAtRemaining);
	}

	/**
	 * The instant at which a certificate is to be renewed.
	 * @param certificate the certificate
	 * @param chance a number from 0 to 1, by chance
	 * @return an instant, not after {@link #due}
	 */
	Instant renewal(X509Certificate certificate, double chance) {
		return CertificateLifetime.of(certificate).whenLeft(this.renewAtRemaining + JITTER * chance);
	}

	/**
	 * How long to wait before the next try. Three times as long with each failure, up to
	 * an hour without a valid certificate, else up to twelve hours and a tenth of the
	 * time that is left; never more than five times the first wait where the authority
	 * was not reached.
	 * @param failures number of failures in a row, at least 1
	 * @param result what kind of failure the last one was
	 * @param certificate what is served, or {@code null} for a placeholder
	 * @param now the wall clock
	 * @param retryAfter the instant before which the authority wants to hear nothing, if
	 * it named one
	 * @return the wait
	 */
	Duration backOff(int failures, OrderResult result, @Nullable X509Certificate certificate, Instant now,
			@Nullable Instant retryAfter) {
		double factor = Math.pow(GROWTH, Math.min(failures - 1, 20));
		Duration wait = shorter(Duration.ofMillis((long) Math.min(this.retryInterval.toMillis() * factor, 1e12)),
				longest(certificate, now));
		if (result == OrderResult.UNREACHABLE) {
			wait = shorter(wait, this.retryInterval.multipliedBy(LONGEST_UNREACHABLE));
		}
		Duration asked = (retryAfter != null) ? Duration.between(now, retryAfter) : Duration.ZERO;
		return longer(wait, asked);
	}

	private static Duration longest(@Nullable X509Certificate certificate, Instant now) {
		Duration left = (certificate != null) ? Duration.between(now, certificate.getNotAfter().toInstant())
				: Duration.ZERO;
		if (left.isNegative() || left.isZero()) {
			return LONGEST_WITHOUT;
		}
		return longer(shorter(left.dividedBy(10), LONGEST), SHORTEST);
	}

	/**
	 * Whether so little is left of a certificate that somebody must look.
	 * @param certificate what is served, or {@code null} for a placeholder
	 * @param now the wall clock
	 * @return whether less than half of what was left when it was due is left now
	 */
	boolean isUrgent(@Nullable X509Certificate certificate, Instant now) {
		return certificate == null
				|| now.isAfter(CertificateLifetime.of(certificate).whenLeft(this.renewAtRemaining / 2));
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

}
