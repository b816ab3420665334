package io.github.hardenedhttp.certificate.acme;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.certificate.CertificateLifetime;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One certificate, from the placeholder to its last renewal. Decides whether something is
 * to be done now, does it, and says when to look again. One thread at a time calls it;
 * {@link #untilNextOrder} may be asked by any.
 * <p>
 * Whether a certificate is due the wall clock says, since that is what it is valid by;
 * how long to wait after a failure the monotonic clock.
 */
final class MaintainedCertificate {

	private static final Log logger = LogFactory.getLog(MaintainedCertificate.class);

	/**
	 * Wall clocks jump and machines sleep: to be looked at again after this at the
	 * latest.
	 */
	private static final Duration LONGEST_WAIT = Duration.ofHours(1);

	/**
	 * RFC 9773 section 4.3.2: between a minute and a day, whatever the authority says.
	 */
	private static final Duration ASK_AT_LEAST = Duration.ofMinutes(1);

	private static final Duration ASK_BY_DEFAULT = Duration.ofHours(6);

	private static final Duration ASK_AT_MOST = Duration.ofDays(1);

	private static final Duration REMINDER = Duration.ofHours(6);

	private final WantedCertificate wanted;

	private final AcmeBundles bundles;

	private final CertificateIssuance issuance;

	private final CertificateAuthority authority;

	private final RenewalPolicy policy;

	private final OrderCounts counts;

	private final Clock clock;

	private final LongSupplier nanoTime;

	private final DoubleSupplier chance;

	private int failures;

	private @Nullable String lastProblem;

	private long mayOrderAt;

	private long askAt;

	private long remindAt;

	private volatile @Nullable X509Certificate scheduled;

	private volatile Instant renewal = Instant.EPOCH;

	private @Nullable RenewalWindow window;

	MaintainedCertificate(WantedCertificate wanted, AcmeBundles bundles, CertificateIssuance issuance,
			CertificateAuthority authority, RenewalPolicy policy, OrderCounts counts, Clock clock,
			LongSupplier nanoTime, DoubleSupplier chance) {
		this.wanted = wanted;
		this.bundles = bundles;
		this.issuance = issuance;
		this.authority = authority;
		this.policy = policy;
		this.counts = counts;
		this.clock = clock;
		this.nanoTime = nanoTime;
		this.chance = chance;
		long now = nanoTime.getAsLong();
		this.mayOrderAt = now;
		this.askAt = now;
		this.remindAt = now;
	}

	/**
	 * Does what is to be done now.
	 * @return how long nothing is to be done, at most an hour
	 * @throws InterruptedException if the thread was interrupted
	 */
	Duration attend() throws InterruptedException {
		schedule();
		if (isDue()) {
			if (this.nanoTime.getAsLong() - this.mayOrderAt >= 0) {
				order();
				schedule();
			}
			else if (this.failures > 0 && this.nanoTime.getAsLong() - this.remindAt >= 0) {
				complain("Still waiting. " + this.lastProblem);
			}
		}
		return untilNextLook();
	}

	private void order() throws InterruptedException {
		try {
			OrderResult result = this.issuance.obtain(this.wanted);
			this.counts.add(result);
			this.failures = 0;
			this.lastProblem = null;
			this.mayOrderAt = this.nanoTime.getAsLong();
			schedule();
			X509Certificate certificate = current();
			if (certificate != null) {
				// Whatever says that it is due at once, be it a clock or the authority.
				this.mayOrderAt += CertificateLifetime.of(certificate).total().dividedBy(1000).toNanos();
				logger.info("The certificate '%s' for %s is %s: valid until %s, to be renewed at %s".formatted(
						this.wanted.name(), this.wanted.domains(), result.tag(), certificate.getNotAfter().toInstant(),
						this.renewal));
			}
		}
		catch (OrderFailedException ex) {
			failed(ex);
		}
		catch (RuntimeException ex) {
			// A store of the user's, or a fault of ours: the thread must go on.
			failed(new OrderFailedException(OrderResult.STORAGE, "It went wrong: " + ex, null, ex));
		}
	}

	private void failed(OrderFailedException failure) throws InterruptedException {
		if (Thread.interrupted() || OrderFailedException.isInterruption(failure)) {
			throw new InterruptedException();
		}
		this.counts.add(failure.result());
		this.failures++;
		this.lastProblem = failure.explanation();
		Duration wait = this.policy.backOff(this.failures, failure.result(), current(), this.clock.instant(),
				failure.retryAfter());
		// Up to a fifth longer: who failed together does not come back together.
		Duration spread = wait.plusMillis((long) (wait.toMillis() * 0.2 * this.chance.getAsDouble()));
		this.mayOrderAt = this.nanoTime.getAsLong() + nanos(spread);
		logger.debug("Why there is no new certificate", failure);
		complain(this.lastProblem);
	}

	private void complain(@Nullable String problem) {
		Instant now = this.clock.instant();
		X509Certificate current = current();
		String message = "No new certificate '%s' for %s after %d %s: %s Next try in %s. %s".formatted(
				this.wanted.name(), this.wanted.domains(), this.failures, (this.failures == 1) ? "try" : "tries",
				(problem != null) ? problem : "", Readable.duration(untilMayOrder()), standing(current, now));
		if (this.policy.isUrgent(current, now)) {
			logger.error(message);
		}
		else {
			logger.warn(message);
		}
		this.remindAt = this.nanoTime.getAsLong() + REMINDER.toNanos();
	}

	private static String standing(@Nullable X509Certificate current, Instant now) {
		if (current == null) {
			return "Until then a placeholder is served that no client trusts.";
		}
		Duration left = Duration.between(now, current.getNotAfter().toInstant());
		return left.isNegative() ? "The one that is served expired %s ago.".formatted(Readable.duration(left.negated()))
				: "The one that is served is valid for another %s.".formatted(Readable.duration(left));
	}

	/**
	 * Chooses the instant of the renewal once for each certificate, and again where the
	 * authority names another window.
	 */
	private void schedule() throws InterruptedException {
		X509Certificate current = current();
		if (current == null) {
			this.scheduled = null;
			return;
		}
		if (!current.equals(this.scheduled)) {
			this.window = null;
			this.renewal = this.policy.renewal(current, this.chance.getAsDouble());
			this.scheduled = current;
			this.askAt = this.nanoTime.getAsLong();
		}
		if (this.nanoTime.getAsLong() - this.askAt >= 0) {
			ask(current);
		}
	}

	private void ask(X509Certificate current) throws InterruptedException {
		Duration again = ASK_BY_DEFAULT;
		try {
			RenewalWindow window = this.authority.renewalWindow(current).orElse(null);
			if (window != null) {
				if (this.window == null || !window.start().equals(this.window.start())
						|| !window.end().equals(this.window.end())) {
					Instant wished = window.at(this.chance.getAsDouble());
					if (wished.isBefore(this.renewal)) {
						this.renewal = wished;
					}
				}
				this.window = window;
				if (window.askAgain() != null) {
					again = within(Duration.between(this.clock.instant(), window.askAgain()));
				}
			}
		}
		catch (OrderFailedException | RuntimeException ex) {
			if (OrderFailedException.isInterruption(ex)) {
				throw new InterruptedException();
			}
			logger.debug("The authority could not be asked when to renew", ex);
		}
		this.askAt = this.nanoTime.getAsLong() + again.toNanos();
	}

	private static Duration within(Duration asked) {
		if (asked.compareTo(ASK_AT_LEAST) < 0) {
			return ASK_AT_LEAST;
		}
		return (asked.compareTo(ASK_AT_MOST) > 0) ? ASK_AT_MOST : asked;
	}

	private boolean isDue() {
		X509Certificate current = current();
		return current == null || !this.wanted.isFor(current) || this.issuance.isUnsaved(this.wanted)
				|| !this.clock.instant().isBefore(this.renewal);
	}

	private Duration untilNextLook() {
		Duration next = isDue() ? untilMayOrder() : untilNextOrder();
		Duration nextQuestion = (this.scheduled != null)
				? Duration.ofNanos(Math.max(this.askAt - this.nanoTime.getAsLong(), 0)) : LONGEST_WAIT;
		Duration sooner = (next.compareTo(nextQuestion) < 0) ? next : nextQuestion;
		return (sooner.compareTo(LONGEST_WAIT) < 0) ? sooner : LONGEST_WAIT;
	}

	private Duration untilMayOrder() {
		return Duration.ofNanos(Math.max(this.mayOrderAt - this.nanoTime.getAsLong(), 0));
	}

	/**
	 * When the certificate is to be renewed.
	 * @return how long until then; zero if it is due, or was never got
	 */
	Duration untilNextOrder() {
		if (this.scheduled == null) {
			return Duration.ZERO;
		}
		Duration until = Duration.between(this.clock.instant(), this.renewal);
		return until.isNegative() ? Duration.ZERO : until;
	}

	private @Nullable X509Certificate current() {
		return this.bundles.current(this.wanted).map(StoredCertificate::certificate).orElse(null);
	}

	/**
	 * Whether there is a certificate, be it an old one.
	 * @return whether it is no placeholder
	 */
	boolean isPresent() {
		return current() != null;
	}

	WantedCertificate wanted() {
		return this.wanted;
	}

	/**
	 * Why there is none, if the last try failed.
	 * @return sentences, or {@code null}
	 */
	@Nullable String lastProblem() {
		return this.lastProblem;
	}

	private static long nanos(Duration duration) {
		try {
			return Math.min(duration.toNanos(), Long.MAX_VALUE / 4);
		}
		catch (ArithmeticException ex) {
			return Long.MAX_VALUE / 4;
		}
	}

}
