package io.github.hardenedhttp.hsts;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HstsChecksTests {

	@ParameterizedTest
	@CsvSource({ "730d,PASS,A_PLUS", "729d,WARN,A_PLUS", "180d,WARN,A_PLUS", "179d,WARN,A", "0s,FAIL,A" })
	void thePromiseMustLast(String maxAge, Verdict verdict, Grade grade) {
		HardeningCheck check = Checked.check(checks("hardened.hsts.max-age=" + maxAge), "max-age");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.grade()).isEqualTo(grade);
	}

	@Test
	void subDomainsAndPreloadAreForTheUserToSay() {
		HstsChecks wide = checks("hardened.hsts.include-sub-domains=true", "hardened.hsts.preload=true");
		for (String name : new String[] { "include-sub-domains", "preload", "enabled" }) {
			assertThat(Checked.verdict(checks(), name)).isEqualTo(Verdict.PASS);
			assertThat(Checked.verdict(wide, name)).isEqualTo(Verdict.PASS);
			assertThat(Checked.check(wide, name).value()).isEqualTo("true");
		}
	}

	@Test
	void withoutAPromiseThereIsAWarning() {
		HstsChecks off = checks("hardened.hsts.enabled=false");
		assertThat(off.checks()).extracting(HardeningCheck::name).containsExactly("enabled");
		assertThat(Checked.verdict(off, "enabled")).isEqualTo(Verdict.WARN);
	}

	private static HstsChecks checks(String... properties) {
		return new HstsChecks(Checked.properties("hardened.hsts", HstsProperties.class, properties));
	}

}
