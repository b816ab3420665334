package io.github.hardenedhttp.redirect;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedirectChecksTests {

	@ParameterizedTest
	@CsvSource({ "308,PASS", "301,PASS", "302,WARN", "307,WARN" })
	void aRedirectIsForGood(String status, Verdict verdict) {
		assertThat(Checked.verdict(checks(443, "hardened.redirect.status=" + status), "status")).isEqualTo(verdict);
	}

	@Test
	void plainHttpLeadsSomewhere() {
		HardeningCheck derived = Checked.check(checks(443), "port");
		assertThat(derived.verdict()).isEqualTo(Verdict.PASS);
		assertThat(derived.value()).isEqualTo("80");
		assertThat(derived.derivation()).isEqualTo("80, as 'server.port' is 443");
		assertThat(Checked.verdict(checks(8443, "hardened.redirect.port=8080"), "port")).isEqualTo(Verdict.PASS);
		assertThat(Checked.verdict(checks(8443), "port")).isEqualTo(Verdict.WARN);
	}

	@Test
	void hostsAreOurs() {
		assertThat(Checked.check(checks(443), "allowed-hosts").value()).isEqualTo("the names in the certificate");
		assertThat(Checked.check(checks(443, "hardened.redirect.allowed-hosts=a.example"), "allowed-hosts").value())
			.isEqualTo("a.example");
	}

	@Test
	void withoutItThereIsAWarningAndWithoutTlsNothing() {
		assertThat(Checked.verdict(checks(443), "enabled")).isEqualTo(Verdict.PASS);
		RedirectChecks off = checks(443, "hardened.redirect.enabled=false");
		assertThat(off.checks()).extracting(HardeningCheck::name).containsExactly("enabled");
		assertThat(Checked.verdict(off, "enabled")).isEqualTo(Verdict.WARN);
		assertThat(new RedirectChecks(Checked.properties("hardened.redirect", RedirectProperties.class), false, 80)
			.checks()).isEmpty();
	}

	private static RedirectChecks checks(int serverPort, String... properties) {
		return new RedirectChecks(Checked.properties("hardened.redirect", RedirectProperties.class, properties), true,
				serverPort);
	}

}
