package io.github.hardenedhttp.http2;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class Http2ChecksTests {

	@ParameterizedTest
	@CsvSource({ "max-concurrent-streams,100,PASS", "max-concurrent-streams,99,WARN", "max-concurrent-streams,251,WARN",
			"max-concurrent-streams,1001,FAIL", "control-frame-rate,128,PASS", "control-frame-rate,1001,WARN",
			"control-frame-rate,10001,FAIL" })
	void eachLimitHasItsVerdict(String name, String value, Verdict verdict) {
		assertThat(Checked.verdict(checks(true, "hardened.http2." + name + "=" + value), name)).isEqualTo(verdict);
	}

	@Test
	void whatIsNotSpokenNeedsNoLimit() {
		assertThat(checks(false).checks()).extracting(HardeningCheck::name).containsExactly("enabled");
		assertThat(Checked.verdict(checks(false), "enabled")).isEqualTo(Verdict.PASS);
		assertThat(Checked.verdict(checks(true), "enabled")).isEqualTo(Verdict.PASS);
	}

	private static Http2Checks checks(boolean enabled, String... properties) {
		return new Http2Checks(Checked.properties("hardened.http2", Http2Properties.class, properties), enabled);
	}

}
