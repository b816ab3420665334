package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class IssuedChainTests {

	private static final WantedCertificate WANTED = new WantedCertificate("acme",
			List.of("one.example", "two.example"));

	private final Instant now = Instant.now();

	@Test
	void whatWasOrderedIsTaken() {
		assertThatNoException().isThrownBy(() -> check(valid("Two.Example", "one.example")));
	}

	@Test
	void aDomainTooFewOrTooManyIsNot() {
		assertRefused(valid("one.example"), "it is for [one.example], not for [one.example, two.example]");
		assertRefused(valid("one.example", "two.example", "three.example"),
				"it is for [one.example, three.example, two.example], not for [one.example, two.example]");
	}

	@Test
	void whatHasExpiredIsNot() {
		TestCertificates old = names().validFrom(this.now.minus(Duration.ofDays(3))).validFor(Duration.ofDays(2));
		assertRefused(old, "it has expired at " + old.certificate().getNotAfter().toInstant());
	}

	@Test
	void whatIsNotYetValidIsNot() {
		TestCertificates next = names().validFrom(this.now.plus(Duration.ofHours(1)));
		assertRefused(next, "it is not valid before %s: is the clock of this machine right?"
			.formatted(next.certificate().getNotBefore().toInstant()));
	}

	@Test
	void aChainThatSomebodyElseSignedIsNot() {
		TestCertificates leaf = names();
		StoredCertificate issued = new StoredCertificate(leaf.privateKey(),
				List.of(leaf.certificate(), TestCertificates.ecdsa("authority").certificate()));
		assertThatExceptionOfType(OrderFailedException.class)
			.isThrownBy(() -> IssuedChain.check(issued, WANTED, this.now))
			.withMessageContaining("is not signed by 'CN=authority', which follows it");
	}

	private static TestCertificates names() {
		return TestCertificates.ecdsa("one.example", "two.example");
	}

	private static TestCertificates valid(String... names) {
		return TestCertificates.ecdsa(names);
	}

	private void assertRefused(TestCertificates certificate, String problem) {
		assertThatExceptionOfType(OrderFailedException.class).isThrownBy(() -> check(certificate)).satisfies((ex) -> {
			assertThat(ex.result()).isEqualTo(OrderResult.UNUSABLE);
			assertThat(ex).hasMessage("The certificate is not what was ordered: " + problem);
		});
	}

	private void check(TestCertificates certificate) throws OrderFailedException {
		IssuedChain.check(new StoredCertificate(certificate.privateKey(), List.of(certificate.certificate())), WANTED,
				this.now);
	}

}
