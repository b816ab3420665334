package io.github.hardenedhttp.tls;

import java.util.List;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class TlsChecksTests {

	@ParameterizedTest
	@EnumSource
	void bothProfilesPass(TlsProfile profile) {
		TlsChecks checks = new TlsChecks(
				new TlsPolicy(profile, profile.protocols(), profile.cipherSuites(), profile.namedGroups(), true),
				false);
		assertThat(checks.checks()).extracting(HardeningCheck::verdict).containsOnly(Verdict.PASS);
	}

	@ParameterizedTest
	@CsvSource({ "TLSv1.3,PASS,A_PLUS", "TLSv1.2,WARN,A", "TLSv1.1,FAIL,B" })
	void oldVersionsDoNotPass(String protocol, Verdict verdict, Grade grade) {
		HardeningCheck check = Checked.check(checks(List.of(protocol), TlsProfile.MODERN.cipherSuites()), "protocols");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.grade()).isEqualTo(grade);
	}

	@Test
	void weakSuitesFail() {
		List<String> suites = List.of("TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA");
		HardeningCheck check = Checked.check(checks(List.of("TLSv1.3"), suites), "cipher-suites");
		assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
		assertThat(check.grade()).isEqualTo(Grade.B);
		assertThat(check.why()).isEqualTo("Mozilla advises against TLS_RSA_WITH_AES_128_CBC_SHA.");
	}

	@Test
	void groupsShouldHaveTheFastestOneAndTheOneOfTheFuture() {
		TlsChecks few = new TlsChecks(new TlsPolicy(TlsProfile.MODERN, List.of("TLSv1.3"),
				TlsProfile.MODERN.cipherSuites(), List.of(NamedGroup.SECP256R1), false), true);
		assertThat(Checked.check(few, "named-groups").fix()).isEqualTo("Add x25519 to 'hardened.tls.named-groups'.");
		HardeningCheck quantum = Checked.check(few, "post-quantum");
		assertThat(quantum.verdict()).isEqualTo(Verdict.WARN);
		assertThat(quantum.grade()).isEqualTo(Grade.A_PLUS);
		assertThat(Checked.check(few, "prefer-server-cipher-suites").value()).isEqualTo("false");
	}

	@Test
	void withoutTlsThereIsNothingElseToSay() {
		TlsChecks off = new TlsChecks(null, false);
		assertThat(off.checks()).extracting(HardeningCheck::name).containsExactly("enabled");
		assertThat(Checked.verdict(off, "enabled")).isEqualTo(Verdict.WARN);
		assertThat(Checked.check(off, "enabled").grade()).isEqualTo(Grade.B);
	}

	private static TlsChecks checks(List<String> protocols, List<String> suites) {
		return new TlsChecks(new TlsPolicy(TlsProfile.MODERN, protocols, suites, TlsProfile.MODERN.namedGroups(), true),
				false);
	}

}
