package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionChecksTests {

	@ParameterizedTest
	@CsvSource({ "max-age,1h,PASS", "max-age,25h,WARN", "max-age,31d,FAIL", "max-requests,1000,PASS",
			"max-requests,200000,WARN", "max-requests,20000000,FAIL", "max-per-client,0,PASS", "max-per-client,6,PASS",
			"max-per-client,2,WARN", "send-buffer,256KB,PASS", "send-buffer,0B,WARN", "send-buffer,8MB,WARN",
			"send-buffer,64MB,FAIL" })
	void eachLimitHasItsVerdict(String name, String value, Verdict verdict) {
		HardeningCheck check = Checked.check(checks(1000, 10_000, "hardened.connection." + name + "=" + value), name);
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.property()).isEqualTo("hardened.connection." + name);
	}

	@ParameterizedTest
	@CsvSource({ "10000,0,PASS", "9000,10000,PASS", "9001,10000,WARN", "9999,10000,WARN", "10000,10000,FAIL" })
	void connectionsMustHaveDescriptors(int max, long descriptors, Verdict verdict) {
		assertThat(Checked.verdict(checks(max, descriptors), "max")).isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "3000,PASS", "3001,WARN", "3333,WARN", "3334,FAIL" })
	void eachMayTakeSeveral(int max, Verdict verdict) {
		ConnectionProperties properties = Checked.properties("hardened.connection", ConnectionProperties.class);
		assertThat(Checked.verdict(new ConnectionChecks(properties, max, "auto", 10_000, new ConnectionDescriptors(3)),
				"max"))
			.isEqualTo(verdict);
	}

	@ParameterizedTest
	@CsvSource({ "15s,PASS", "20m,WARN", "3h,FAIL" })
	void vanishedClientsAreGivenUp(String idle, Verdict verdict) {
		assertThat(Checked.verdict(checks(1000, 10_000, "hardened.connection.tcp-keep-alive.idle=" + idle),
				"tcp-keep-alive"))
			.isEqualTo(verdict);
	}

	@Test
	void everythingPassesByDefault() {
		assertThat(checks(1000, 10_000).checks()).extracting(HardeningCheck::verdict).containsOnly(Verdict.PASS);
		assertThat(Checked.check(checks(1000, 10_000), "max").derivation()).isEqualTo("auto");
	}

	private static ConnectionChecks checks(int max, long descriptors, String... properties) {
		return new ConnectionChecks(Checked.properties("hardened.connection", ConnectionProperties.class, properties),
				max, "auto", descriptors, ConnectionDescriptors.SOCKET);
	}

}
