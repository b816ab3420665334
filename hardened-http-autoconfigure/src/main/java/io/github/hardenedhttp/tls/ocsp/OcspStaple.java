package io.github.hardenedhttp.tls.ocsp;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.jspecify.annotations.Nullable;

/**
 * What is stapled to one certificate. An answer is stapled as long as it is valid, unless
 * the authority says of the certificate that it was revoked; its successor is asked for
 * when half of that time is over, and every 12 hours at least. What was said before the
 * newest answer, be that of a revocation, counts no more: whoever sends it again gains
 * nothing. One thread asks, any may read.
 */
final class OcspStaple {

	private static final Log logger = LogFactory.getLog(OcspStaple.class);

	private static final Duration SHORTEST_WAIT = Duration.ofMinutes(1);

	private static final Duration LONGEST_WAIT = Duration.ofHours(12);

	private static final Duration LONGEST_WAIT_AFTER_FAILURE = Duration.ofHours(1);

	private final OcspInquiry inquiry;

	private final OcspClient client;

	private final Clock clock;

	private final DoubleSupplier chance;

	private volatile @Nullable OcspAnswer answer;

	private volatile @Nullable NoStapleException failure;

	private Instant newest = Instant.MIN;

	private int failures;

	private @Nullable String said;

	/**
	 * Creates a staple that is yet to be fetched.
	 * @param inquiry what to ask
	 * @param client who asks
	 * @param clock the wall clock, which an answer is valid by
	 * @param chance a number from 0 to 1, by chance
	 */
	OcspStaple(OcspInquiry inquiry, OcspClient client, Clock clock, DoubleSupplier chance) {
		this.inquiry = inquiry;
		this.client = client;
		this.clock = clock;
		this.chance = chance;
	}

	/**
	 * Asks the authority.
	 * @return how long to wait before it is asked again: half of the time its answer is
	 * valid, up to 12 hours, or a minute and three times as long with each failure, up to
	 * an hour; by chance up to a tenth less
	 * @throws InterruptedException if the thread was interrupted
	 */
	Duration renew() throws InterruptedException {
		try {
			byte[] encoded = this.client.ask(this.inquiry.responder(), this.inquiry.request());
			Instant now = this.clock.instant();
			OcspAnswer answer = this.inquiry.read(encoded, now);
			if (answer.thisUpdate().isBefore(this.newest)) {
				throw this.inquiry.unusable("sends an answer that is older than the one before");
			}
			this.newest = answer.thisUpdate();
			this.answer = answer;
			this.failure = null;
			this.failures = 0;
			this.said = null;
			Duration half = Duration.between(now, answer.validUntil()).dividedBy(2);
			return spread(shorter(longer(half, SHORTEST_WAIT), LONGEST_WAIT));
		}
		catch (NoStapleException ex) {
			failed(ex);
			Duration wait = SHORTEST_WAIT.multipliedBy((long) Math.pow(3, Math.min(this.failures++, 4)));
			return spread(shorter(wait, LONGEST_WAIT_AFTER_FAILURE));
		}
	}

	private void failed(NoStapleException failure) {
		Instant revocationUpdate = failure.revocationUpdate();
		if (revocationUpdate != null) {
			this.answer = null;
			this.newest = revocationUpdate.isAfter(this.newest) ? revocationUpdate : this.newest;
		}
		NoStapleException before = this.failure;
		if (before == null || !before.isRevoked() || failure.isRevoked()) {
			this.failure = failure;
		}
		if (!failure.problem().equals(this.said)) {
			this.said = failure.problem();
			String line = "No new OCSP response for the certificate of '%s', serial number %s: %s. %s. It goes on being served; %s."
				.formatted(this.inquiry.certificate().getSubjectX500Principal().getName(),
						this.inquiry.certificate().getSerialNumber().toString(16), failure.problem(), failure.advice(),
						standing());
			if (failure.isRevoked()) {
				logger.error(line);
			}
			else {
				logger.warn(line);
			}
			logger.debug("Why there is no new OCSP response", failure);
		}
	}

	private String standing() {
		OcspAnswer answer = this.answer;
		return (answer != null && answer.isValidAt(this.clock.instant()))
				? "the response before is stapled until " + answer.validUntil() : "nothing is stapled";
	}

	private Duration spread(Duration wait) {
		return wait.minusMillis((long) (wait.toMillis() * 0.1 * this.chance.getAsDouble()));
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	boolean isFor(CertificateID id) {
		return this.inquiry.isFor(id);
	}

	/**
	 * What is to be stapled now.
	 * @return the answer, or {@code null} if there is none that is valid
	 */
	@Nullable OCSPResp current() {
		OcspAnswer answer = this.answer;
		return (answer != null && answer.isValidAt(this.clock.instant())) ? answer.response() : null;
	}

	HardeningCheck check() {
		HardeningCheck.Subject subject = HardeningCheck.of("ocsp-stapling", OcspStaples.PROPERTY,
				"Mozilla Server Side TLS 6.0");
		OcspAnswer answer = this.answer;
		NoStapleException failure = this.failure;
		if (answer != null && current() != null) {
			return subject.value("a response that is valid until " + answer.validUntil())
				.pass("Clients need not ask the authority, and do not tell it whom they visit.");
		}
		if (failure == null) {
			return subject.value("asking").pass("The authority is being asked.");
		}
		HardeningCheck.Subject none = subject.value("none");
		String why = "There is nothing to be stapled to a certificate that has an OCSP address: " + failure.problem()
				+ ".";
		return failure.isRevoked() ? none.fail(why, failure.advice() + ".").lowering(Grade.T)
				: none.warn(why, failure.advice() + ".").lowering(Grade.A_PLUS);
	}

}
