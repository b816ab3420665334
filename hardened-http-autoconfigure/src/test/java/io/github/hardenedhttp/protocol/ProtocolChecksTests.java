package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class ProtocolChecksTests {

	private static final ProtocolLimits LIMITS = limits(8192, 100, 2_097_152);

	@ParameterizedTest
	@CsvSource({ "100,PASS", "201,WARN", "1001,FAIL" })
	void fieldsAndCookiesAreBounded(int number, Verdict verdict) {
		ProtocolLimits limits = limits(8192, number, 1);
		assertThat(Checked.verdict(checks(limits), "max-headers")).isEqualTo(verdict);
		assertThat(Checked.verdict(checks(limits), "max-cookies")).isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "8KB,PASS", "33KB,WARN", "257KB,FAIL" })
	void headsAreBounded(String size, Verdict verdict) {
		assertThat(Checked.verdict(checks(limits((int) DataSize.parse(size).toBytes(), 100, 1)), "max-head-size"))
			.isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "2097152,PASS", "0,WARN", "1073741825,WARN" })
	void bodiesAreBounded(long max, Verdict verdict) {
		assertThat(Checked.verdict(checks(limits(8192, 100, max)), "max-body-size")).isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "true,PASS", "false,FAIL" })
	void framingIsStrict(String strict, Verdict verdict) {
		assertThat(Checked.verdict(checks(LIMITS, "hardened.protocol.strict-framing=" + strict), "strict-framing"))
			.isEqualTo(verdict);
	}

	@Test
	void someMethodsAreHarmful() {
		assertThat(Checked.verdict(checks(LIMITS), "allowed-methods")).isEqualTo(Verdict.PASS);
		HardeningCheck check = Checked.check(checks(LIMITS, "hardened.protocol.allowed-methods=GET,TRACE"),
				"allowed-methods");
		assertThat(check.verdict()).isEqualTo(Verdict.WARN);
		assertThat(check.why()).isEqualTo("TRACE can show a script what it must not see.");
	}

	private static ProtocolLimits limits(int head, int fields, long body) {
		return new ProtocolLimits(head, fields, fields, new BodyLimit(body), 16_384, 4096);
	}

	private static ProtocolChecks checks(ProtocolLimits limits, String... properties) {
		return new ProtocolChecks(Checked.properties("hardened.protocol", ProtocolProperties.class, properties),
				limits);
	}

}
