package io.github.hardenedhttp.certificate;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * How much of its lifetime a certificate has left. Certificates live for a year, for 90,
 * 45 or 6 days: a number of days is early for one and too late for another.
 *
 * @param notBefore the first moment it is valid
 * @param notAfter the last one
 */
public record CertificateLifetime(Instant notBefore, Instant notAfter) {

	/**
	 * The lifetime of a certificate.
	 * @param certificate the certificate
	 * @return its lifetime
	 */
	public static CertificateLifetime of(X509Certificate certificate) {
		return new CertificateLifetime(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
	}

	/**
	 * All of it.
	 * @return the time from the first moment to the last
	 */
	public Duration total() {
		return Duration.between(this.notBefore, this.notAfter);
	}

	/**
	 * The moment at which a part of the lifetime is left.
	 * @param part from 0, its end, to 1, its beginning
	 * @return the moment
	 */
	public Instant whenLeft(double part) {
		return this.notAfter.minusMillis(Math.round(total().toMillis() * part));
	}

	/**
	 * The part of the lifetime that is left.
	 * @param now the time
	 * @return from 1, before it begins, to 0, when it is over
	 */
	double remaining(Instant now) {
		if (!now.isBefore(this.notAfter)) {
			return 0;
		}
		double left = Duration.between(now, this.notAfter).toMillis();
		return Math.min(1, left / total().toMillis());
	}

}
