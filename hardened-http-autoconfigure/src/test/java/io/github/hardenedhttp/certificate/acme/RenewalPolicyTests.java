package io.github.hardenedhttp.certificate.acme;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RenewalPolicyTests {

	private static final Instant START = Instant.now().truncatedTo(ChronoUnit.SECONDS);

	private final RenewalPolicy policy = new RenewalPolicy(1.0 / 3, Duration.ofMinutes(1));

	@ParameterizedTest
	@CsvSource({ "90, 60", "45, 30", "6, 4" })
	void aCertificateIsDueWithAThirdOfItsLifetimeLeft(int days, int dueAfterDays) {
		assertThat(this.policy.due(certificate(Duration.ofDays(days)))).isBetween(
				START.plus(Duration.ofDays(dueAfterDays)), START.plus(Duration.ofDays(dueAfterDays)).plusSeconds(1));
	}

	@Test
	void itIsRenewedUpToATwentiethOfTheLifetimeEarlier() {
		X509Certificate certificate = certificate(Duration.ofDays(100));
		Instant due = this.policy.due(certificate);
		assertThat(this.policy.renewal(certificate, 0)).isEqualTo(due);
		assertThat(this.policy.renewal(certificate, 0.5)).isEqualTo(due.minus(Duration.ofHours(60)));
		assertThat(this.policy.renewal(certificate, 1)).isEqualTo(due.minus(Duration.ofDays(5)));
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "2, 3", "3, 9", "4, 27", "5, 60", "100, 60" })
	void withoutACertificateTheWaitTriplesUpToAnHour(int failures, int minutes) {
		assertThat(this.policy.backOff(failures, OrderResult.REJECTED, null, START, null))
			.isEqualTo(Duration.ofMinutes(minutes));
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "2, 3", "3, 5", "100, 5" })
	void anAuthorityThatCannotBeReachedIsTriedAgainSoon(int failures, int minutes) {
		assertThat(this.policy.backOff(failures, OrderResult.UNREACHABLE, null, START, null))
			.isEqualTo(Duration.ofMinutes(minutes));
	}

	@Test
	void theLessIsLeftTheShorterTheWait() {
		X509Certificate certificate = certificate(Duration.ofDays(90));
		Instant end = certificate.getNotAfter().toInstant();
		assertThat(backOff(certificate, end.minus(Duration.ofDays(30)))).isEqualTo(Duration.ofHours(12));
		assertThat(backOff(certificate, end.minus(Duration.ofDays(1)))).isEqualTo(Duration.ofMinutes(144));
		assertThat(backOff(certificate, end.minusSeconds(60))).isEqualTo(Duration.ofSeconds(6));
		assertThat(backOff(certificate, end.minusSeconds(2))).isEqualTo(Duration.ofSeconds(1));
		assertThat(backOff(certificate, end.plusSeconds(1))).isEqualTo(Duration.ofHours(1));
	}

	private Duration backOff(X509Certificate certificate, Instant now) {
		return this.policy.backOff(100, OrderResult.CHALLENGE_FAILED, certificate, now, null);
	}

	@Test
	void whatTheAuthorityAsksForIsNeverUndercut() {
		Instant later = START.plus(Duration.ofDays(7));
		for (OrderResult result : OrderResult.values()) {
			assertThat(this.policy.backOff(1, result, null, START, later)).isEqualTo(Duration.ofDays(7));
		}
		assertThat(this.policy.backOff(1, OrderResult.RATE_LIMITED, null, START, START.minusSeconds(1)))
			.isEqualTo(Duration.ofMinutes(1));
	}

	@Test
	void itIsUrgentWithASixthOfTheLifetimeLeft() {
		X509Certificate certificate = certificate(Duration.ofDays(90));
		Instant end = certificate.getNotAfter().toInstant();
		assertThat(this.policy.isUrgent(certificate, end.minus(Duration.ofDays(16)))).isFalse();
		assertThat(this.policy.isUrgent(certificate, end.minus(Duration.ofDays(14)))).isTrue();
		assertThat(this.policy.isUrgent(null, START)).isTrue();
	}

	private static X509Certificate certificate(Duration lifetime) {
		return TestCertificates.ecdsa("one.example").validFrom(START).validFor(lifetime).certificate();
	}

}
