package io.github.hardenedhttp.certificate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

import io.github.hardenedhttp.certificate.CertificateFinding.Type;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.tls.ServedCertificate;
import io.github.hardenedhttp.tls.TlsProfile;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class CertificateGuidelineTests {

	private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

	private final TestCertificates root = TestCertificates.ecdsa("root").authority();

	private final TestCertificates authority = TestCertificates.ecdsa("authority").authority().issuedBy(this.root);

	@ParameterizedTest
	@EnumSource(TlsProfile.class)
	void aCertificateAsItShouldBeIsNotSpokenOf(TlsProfile profile) {
		for (String curve : List.of("secp256r1", "secp384r1")) {
			assertThat(find(profile, valid(TestCertificates.ecdsaOn(curve, "a.example"), 90))).isEmpty();
		}
	}

	@Test
	void rsaIsForIntermediateOnly() {
		TestCertificates rsa = valid(TestCertificates.rsa(2048, "a.example"), 90);
		assertThat(find(TlsProfile.INTERMEDIATE, rsa)).isEmpty();
		assertThat(find(TlsProfile.MODERN, rsa)).containsExactly(new CertificateFinding(Type.KEY,
				"Its key is RSA with 2048 bits, and the profile 'modern' has ECDSA on P-256 or P-384: get one with a P-256 key"));
	}

	@ParameterizedTest
	@EnumSource(TlsProfile.class)
	void p521IsForNobody(TlsProfile profile) {
		assertThat(find(profile, valid(TestCertificates.ecdsaOn("secp521r1", "a.example"), 90)))
			.extracting(CertificateFinding::type)
			.containsExactly(Type.KEY);
	}

	@Test
	void theLongestLifetimeIsThatOfTheProfile() {
		TestCertificates year = valid(TestCertificates.ecdsa("a.example"), 366);
		assertThat(find(TlsProfile.INTERMEDIATE, year)).isEmpty();
		assertThat(find(TlsProfile.MODERN, year)).containsExactly(new CertificateFinding(Type.LIFETIME,
				"It is valid for 366 days, and the profile 'modern' has 90 at most: renew more often"));
		assertThat(find(TlsProfile.INTERMEDIATE, valid(TestCertificates.ecdsa("a.example"), 367)))
			.extracting(CertificateFinding::type)
			.containsExactly(Type.LIFETIME);
	}

	@Test
	void aSecondTooLongIsADay() {
		TestCertificates certificate = TestCertificates.ecdsa("a.example")
			.issuedBy(this.authority)
			.validFrom(NOW.minus(1, ChronoUnit.DAYS))
			.validFor(Duration.ofDays(90).plusSeconds(1));
		assertThat(find(TlsProfile.MODERN, certificate)).singleElement()
			.extracting(CertificateFinding::text)
			.asString()
			.startsWith("It is valid for 91 days");
	}

	@Test
	void whatIsOutOfDateIsServedAndSpokenOf() {
		TestCertificates expired = TestCertificates.ecdsa("a.example")
			.issuedBy(this.authority)
			.validFrom(NOW.minus(31, ChronoUnit.DAYS))
			.validFor(Duration.ofDays(30));
		assertThat(find(TlsProfile.MODERN, expired)).containsExactly(
				new CertificateFinding(Type.EXPIRED, "It has expired at 2026-10-31T00:00:00Z: replace it now"));
		TestCertificates early = TestCertificates.ecdsa("a.example")
			.issuedBy(this.authority)
			.validFrom(NOW.plus(1, ChronoUnit.DAYS))
			.validFor(Duration.ofDays(30));
		assertThat(find(TlsProfile.MODERN, early)).containsExactly(new CertificateFinding(Type.NOT_YET_VALID,
				"It is not valid before 2026-11-02T00:00:00Z: look at the clock of this machine, or replace it"));
	}

	@Test
	void selfSignedIsNotModern() {
		TestCertificates own = TestCertificates.ecdsa("a.example")
			.validFrom(NOW.minus(1, ChronoUnit.DAYS))
			.validFor(Duration.ofDays(90));
		assertThat(find(TlsProfile.INTERMEDIATE, own)).isEmpty();
		assertThat(find(TlsProfile.MODERN, own)).containsExactly(new CertificateFinding(Type.SELF_SIGNED,
				"It is signed with its own key, which no client trusts unasked: get one from an authority"));
	}

	@Test
	void anIssuerThatIsNotSentIsMissing() {
		TestCertificates own = valid(TestCertificates.ecdsa("a.example")
			.access(X509ObjectIdentifiers.id_ad_caIssuers, "http://ca.example/authority.der"), 90);
		assertThat(find(TlsProfile.MODERN, own)).as("the authority says nothing").isEmpty();
		ServedCertificate alone = new ServedCertificate("web", Set.of(), List.of(own.certificate()));
		assertThat(guideline(TlsProfile.MODERN).findings(alone, NOW)).containsExactly(new CertificateFinding(
				Type.INCOMPLETE_CHAIN,
				"The certificate of 'CN=authority', which issued the last one of its chain, is missing, and Java knows no such root: add it behind the others"));
		assertThat(new CertificateGuideline(TlsProfile.MODERN, (name) -> name.getName().equals("CN=authority"))
			.findings(alone, NOW)).isEmpty();
	}

	@Test
	void anAuthorityOfOnesOwnNeedNotBeSent() {
		TestCertificates own = valid(TestCertificates.ecdsa("a.example"), 90);
		assertThat(guideline(TlsProfile.MODERN)
			.findings(new ServedCertificate("web", Set.of(), List.of(own.certificate())), NOW)).isEmpty();
	}

	@Test
	void aNameItIsServedForIsOneOfItsNames() {
		TestCertificates own = valid(TestCertificates.ecdsa("a.example", "*.b.example"), 90);
		ServedCertificate served = new ServedCertificate("web",
				Set.of("A.example", "x.b.example", "*.b.example", "c.example", "*.a.example"), own.chain());
		assertThat(guideline(TlsProfile.MODERN).findings(served, NOW)).containsExactly(
				new CertificateFinding(Type.NAMES,
						"It is served for '*.a.example', which is not among its names [*.b.example, a.example]"),
				new CertificateFinding(Type.NAMES,
						"It is served for 'c.example', which is not among its names [*.b.example, a.example]"));
	}

	private TestCertificates valid(TestCertificates certificate, int days) {
		return certificate.issuedBy(this.authority)
			.validFrom(NOW.minus(1, ChronoUnit.DAYS))
			.validFor(Duration.ofDays(days));
	}

	private static List<CertificateFinding> find(TlsProfile profile, TestCertificates certificate) {
		return guideline(profile).findings(new ServedCertificate("web", Set.of(), certificate.chain()), NOW);
	}

	private static CertificateGuideline guideline(TlsProfile profile) {
		return new CertificateGuideline(profile, (name) -> false);
	}

}
