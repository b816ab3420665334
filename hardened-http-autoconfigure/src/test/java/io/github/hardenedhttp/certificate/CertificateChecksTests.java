package io.github.hardenedhttp.certificate;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import javax.security.auth.x500.X500Principal;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.tls.TlsProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class CertificateChecksTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	@ParameterizedTest
	@CsvSource({ "0,90,PASS,A_PLUS", "60,90,PASS,A_PLUS", "70,90,WARN,A", "90,90,FAIL,T", "-1,90,FAIL,T" })
	void certificatesEnd(int age, int lifetime, Verdict verdict, Grade grade) {
		X509Certificate certificate = TestCertificates.ecdsa("localhost")
			.validFrom(NOW.minus(Duration.ofDays(age)))
			.validFor(Duration.ofDays(lifetime))
			.certificate();
		HardeningCheck check = Checked.check(checks(TlsProfile.INTERMEDIATE, certificate), "expiry");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.grade()).isEqualTo(grade);
	}

	@ParameterizedTest
	@CsvSource({ "INTERMEDIATE,366,PASS", "INTERMEDIATE,367,WARN", "MODERN,90,PASS", "MODERN,91,WARN" })
	void lifetimesAreShort(TlsProfile profile, int days, Verdict verdict) {
		X509Certificate certificate = TestCertificates.ecdsa("localhost")
			.validFrom(NOW)
			.validFor(Duration.ofDays(days))
			.certificate();
		assertThat(Checked.verdict(checks(profile, certificate), "lifetime")).isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "INTERMEDIATE,2048,PASS", "MODERN,2048,WARN", "INTERMEDIATE,1024,FAIL" })
	void rsaIsLongEnough(TlsProfile profile, int bits, Verdict verdict) {
		assertThat(Checked.verdict(checks(profile, TestCertificates.rsa(bits, "localhost").certificate()), "key"))
			.isEqualTo(verdict);
	}

	@Test
	void ecdsaPasses() {
		HardeningCheck check = Checked
			.check(checks(TlsProfile.MODERN, TestCertificates.ecdsa("localhost").certificate()), "key");
		assertThat(check.verdict()).isEqualTo(Verdict.PASS);
		assertThat(check.value()).isEqualTo("ECDSA with 256 bits");
	}

	@Test
	void whoSignsHerselfIsNotTrusted() {
		HardeningCheck own = Checked.check(checks(TlsProfile.MODERN, TestCertificates.ecdsa("localhost").certificate()),
				"issuer");
		assertThat(own.verdict()).isEqualTo(Verdict.WARN);
		assertThat(own.grade()).isEqualTo(Grade.T);
		assertThat(Checked.verdict(checks(TlsProfile.MODERN, issued(List.of(List.of(2, "a.example")))), "issuer"))
			.isEqualTo(Verdict.PASS);
	}

	@Test
	void namesAreWhereClientsLook() throws Exception {
		X509Certificate named = TestCertificates.ecdsa("a.example", "127.0.0.1").certificate();
		assertThat(Checked.check(checks(TlsProfile.MODERN, named), "names").value()).isEqualTo("a.example, 127.0.0.1");
		assertThat(Checked.verdict(checks(TlsProfile.MODERN, issued(null)), "names")).isEqualTo(Verdict.FAIL);
	}

	@Test
	void theWorstOfSeveralIsTold() {
		X509Certificate good = TestCertificates.ecdsa("localhost").validFrom(NOW).certificate();
		X509Certificate old = TestCertificates.ecdsa("localhost")
			.validFrom(NOW.minus(Duration.ofDays(40)))
			.certificate();
		assertThat(Checked.verdict(checks(TlsProfile.MODERN, good, old), "expiry")).isEqualTo(Verdict.FAIL);
	}

	@Test
	void withoutACertificateThereIsNothingToSay() {
		assertThat(checks(TlsProfile.MODERN).checks()).isEmpty();
	}

	private static X509Certificate issued(List<List<?>> names) {
		X509Certificate real = TestCertificates.ecdsa("localhost").validFrom(NOW).certificate();
		X509Certificate certificate = mock();
		given(certificate.getIssuerX500Principal()).willReturn(new X500Principal("CN=Authority"));
		given(certificate.getSubjectX500Principal()).willReturn(real.getSubjectX500Principal());
		given(certificate.getPublicKey()).willReturn(real.getPublicKey());
		given(certificate.getNotBefore()).willReturn(real.getNotBefore());
		given(certificate.getNotAfter()).willReturn(real.getNotAfter());
		try {
			given(certificate.getSubjectAlternativeNames()).willReturn(names);
		}
		catch (java.security.cert.CertificateParsingException ex) {
			throw new IllegalStateException(ex);
		}
		return certificate;
	}

	private static CertificateChecks checks(TlsProfile profile, X509Certificate... certificates) {
		return new CertificateChecks(() -> List.of(certificates), profile, Clock.fixed(NOW, ZoneOffset.UTC));
	}

}
