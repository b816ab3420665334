package io.github.hardenedhttp.filedescriptor;

import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorChecksTests {

	@ParameterizedTest
	@CsvSource({ "0,PASS", "4096,PASS", "4095,WARN", "256,WARN", "255,FAIL" })
	void thereMustBeEnough(long limit, Verdict verdict) {
		assertThat(Checked.verdict(checks(limit), "limit")).isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "warn-at,80%,PASS", "warn-at,91%,WARN", "fail-at,95%,PASS", "fail-at,99%,WARN" })
	void itMustBeToldInTime(String name, String value, Verdict verdict) {
		assertThat(Checked.verdict(checks(10_000, "hardened.filedescriptor." + name + "=" + value), name))
			.isEqualTo(verdict);
	}

	private static FileDescriptorChecks checks(long limit, String... properties) {
		return new FileDescriptorChecks(
				Checked.properties("hardened.filedescriptor", FileDescriptorProperties.class, properties), () -> limit);
	}

}
