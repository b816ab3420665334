package io.github.hardenedhttp.certificate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.tls.ServedCertificate;
import io.github.hardenedhttp.tls.TlsProfile;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CertificateChecksTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	@ParameterizedTest
	@CsvSource({ "0,90,PASS,A_PLUS", "60,90,PASS,A_PLUS", "70,90,WARN,A", "91,90,FAIL,T", "-1,90,FAIL,T" })
	void certificatesEnd(int age, int lifetime, Verdict verdict, Grade grade) {
		TestCertificates certificate = TestCertificates.ecdsa("localhost")
			.validFrom(NOW.minus(Duration.ofDays(age)))
			.validFor(Duration.ofDays(lifetime));
		HardeningCheck check = Checked.check(checks(TlsProfile.INTERMEDIATE, certificate), "expiry");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.grade()).isEqualTo(grade);
	}

	@ParameterizedTest
	@CsvSource({ "INTERMEDIATE,366,PASS", "INTERMEDIATE,367,WARN", "MODERN,90,PASS", "MODERN,91,WARN" })
	void lifetimesAreShort(TlsProfile profile, int days, Verdict verdict) {
		TestCertificates certificate = TestCertificates.ecdsa("localhost")
			.validFrom(NOW)
			.validFor(Duration.ofDays(days));
		assertThat(Checked.verdict(checks(profile, certificate), "lifetime")).isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "INTERMEDIATE,PASS,A_PLUS", "MODERN,WARN,A_PLUS" })
	void rsaIsForIntermediate(TlsProfile profile, Verdict verdict, Grade grade) {
		HardeningCheck check = Checked.check(checks(profile, TestCertificates.rsa(2048, "localhost").validFrom(NOW)),
				"key");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.grade()).isEqualTo(grade);
	}

	@ParameterizedTest
	@CsvSource({ "secp256r1,PASS,ECDSA with 256 bits", "secp384r1,PASS,ECDSA with 384 bits",
			"secp521r1,WARN,ECDSA with 521 bits" })
	void notEveryCurvePasses(String curve, Verdict verdict, String value) {
		HardeningCheck check = Checked
			.check(checks(TlsProfile.MODERN, TestCertificates.ecdsaOn(curve, "localhost").validFrom(NOW)), "key");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.value()).isEqualTo(value);
	}

	@Test
	void whoSignsHerselfIsNotTrusted() {
		HardeningCheck own = Checked
			.check(checks(TlsProfile.MODERN, TestCertificates.ecdsa("localhost").validFrom(NOW)), "issuer");
		assertThat(own.verdict()).isEqualTo(Verdict.WARN);
		assertThat(own.grade()).isEqualTo(Grade.T);
		assertThat(Checked.verdict(checks(TlsProfile.MODERN, issued()), "issuer")).isEqualTo(Verdict.PASS);
	}

	@Test
	void whatIssuedItIsSent() {
		TestCertificates issued = issued();
		assertThat(Checked.verdict(checks(TlsProfile.MODERN, issued), "chain")).isEqualTo(Verdict.PASS);
		ServedCertificate alone = new ServedCertificate("web", Set.of(), List.of(issued.certificate()));
		HardeningCheck check = Checked.check(checks(TlsProfile.MODERN, List.of(alone)), "chain");
		assertThat(check.verdict()).isEqualTo(Verdict.WARN);
		assertThat(check.grade()).isEqualTo(Grade.B);
	}

	@Test
	void namesAreWhereClientsLook() {
		TestCertificates named = TestCertificates.ecdsa("a.example", "127.0.0.1").validFrom(NOW);
		assertThat(Checked.check(checks(TlsProfile.MODERN, named), "names").value()).isEqualTo("a.example, 127.0.0.1");
		ServedCertificate other = new ServedCertificate("web", Set.of("b.example"), named.chain());
		HardeningCheck check = Checked.check(checks(TlsProfile.MODERN, List.of(other)), "names");
		assertThat(check.grade()).isEqualTo(Grade.T);
		assertThat(check.why()).startsWith("It is served for 'b.example', which is not among its names");
	}

	@Test
	void theWorstOfSeveralIsTold() {
		TestCertificates good = TestCertificates.ecdsa("localhost").validFrom(NOW);
		TestCertificates old = TestCertificates.ecdsa("localhost").validFrom(NOW.minus(Duration.ofDays(40)));
		assertThat(Checked.verdict(checks(TlsProfile.MODERN, good, old), "expiry")).isEqualTo(Verdict.FAIL);
	}

	@Test
	void withoutACertificateThereIsNothingToSay() {
		assertThat(checks(TlsProfile.MODERN).checks()).isEmpty();
	}

	private static TestCertificates issued() {
		return TestCertificates.ecdsa("localhost")
			.issuedBy(TestCertificates.ecdsa("authority")
				.authority()
				.issuedBy(TestCertificates.ecdsa("root").authority()))
			.access(X509ObjectIdentifiers.id_ad_caIssuers, "http://ca.example/authority.der")
			.validFrom(NOW);
	}

	private static CertificateChecks checks(TlsProfile profile, TestCertificates... certificates) {
		return checks(profile,
				Arrays.stream(certificates)
					.map((certificate) -> new ServedCertificate("web", Set.of(), certificate.chain()))
					.toList());
	}

	private static CertificateChecks checks(TlsProfile profile, List<ServedCertificate> served) {
		return new CertificateChecks(() -> served,
				new CertificateGuideline(profile, (name) -> name.getName().equals("CN=root")),
				new ExpiryThresholds(0.33, 0.1), Clock.fixed(NOW, ZoneOffset.UTC));
	}

}
