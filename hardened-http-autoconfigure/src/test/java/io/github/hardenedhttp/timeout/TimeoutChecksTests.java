package io.github.hardenedhttp.timeout;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class TimeoutChecksTests {

	private final MockEnvironment environment = new MockEnvironment();

	@ParameterizedTest
	@CsvSource({ "read-header,10s,PASS", "read-header,2m,WARN", "read-header,2h,FAIL", "read,5s,PASS", "read,2m,WARN",
			"read,2h,FAIL", "write,10s,PASS", "write,2m,WARN", "write,2h,FAIL", "handshake,10s,PASS",
			"handshake,2m,WARN", "handshake,2h,FAIL", "idle,120s,PASS", "idle,11m,WARN", "idle,61m,FAIL",
			"upgraded-idle,5m,PASS", "upgraded-idle,2h,WARN", "upgraded-idle,2d,FAIL", "min-read-rate,240B,PASS",
			"min-read-rate,0B,PASS", "min-read-rate,1B,WARN", "min-write-rate,240B,PASS", "min-write-rate,0B,PASS",
			"min-write-rate,1B,WARN", "total,1m,PASS", "body-buffer,64KB,PASS", "body-buffer,0B,WARN",
			"max-waiting-workers,200,PASS", "max-waiting-workers,0,WARN" })
	void eachDeadlineHasItsVerdict(String name, String value, Verdict verdict) {
		HardeningCheck check = Checked.check(checks(true, "hardened.timeout." + name + "=" + value), name);
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.property()).isEqualTo("hardened.timeout." + name);
	}

	@Test
	void everythingPassesByDefault() {
		assertThat(checks(true).checks()).extracting(HardeningCheck::verdict).containsOnly(Verdict.PASS);
		assertThat(Checked.check(checks(true), "total").value()).isEqualTo("not set");
		assertThat(Checked.check(checks(true), "idle").value()).isEqualTo("2m");
	}

	@Test
	void aPathWithoutAnEndIsAWarning() {
		String pattern = "hardened.timeout.paths[0].pattern=/up/**";
		HardeningCheck longer = Checked.check(checks(true, pattern, "hardened.timeout.paths[0].read=30m"), "paths");
		assertThat(longer.verdict()).isEqualTo(Verdict.PASS);
		assertThat(longer.value()).isEqualTo("/up/**");
		assertThat(Checked.check(checks(true, pattern, "hardened.timeout.paths[0].read=2h"), "paths").why())
			.isEqualTo("Clients may wait longer than an hour on /up/**.");
		assertThat(Checked.verdict(checks(true, pattern, "hardened.timeout.paths[0].write=2h"), "paths"))
			.isEqualTo(Verdict.WARN);
	}

	@Test
	void withoutWorkersThereIsNothingToSayOfThem() {
		assertThat(checks(false).checks()).extracting(HardeningCheck::name)
			.doesNotContain("body-buffer", "max-waiting-workers");
	}

	@Test
	void theShorterOfTwoIdleTimesWins() {
		this.environment.setProperty("server.undertow.no-request-timeout", "30s");
		assertThat(Checked.check(checks(true), "idle").why()).isEqualTo(
				"Who asks for nothing leaves; 'server.undertow.no-request-timeout' is 30s, and the shorter of the two wins.");
	}

	@Test
	void timersOfUndertowAreInTheWay() {
		assertThat(Checked.verdict(checks(true), "undertow-timers")).isEqualTo(Verdict.PASS);
		this.environment.setProperty("server.undertow.options.socket.read-timeout", "1000");
		HardeningCheck check = Checked.check(checks(true), "undertow-timers");
		assertThat(check.verdict()).isEqualTo(Verdict.WARN);
		assertThat(check.fix()).isEqualTo("Remove server.undertow.options.socket.read-timeout.");
	}

	private TimeoutChecks checks(boolean workers, String... properties) {
		return new TimeoutChecks(Checked.properties("hardened.timeout", TimeoutProperties.class, properties), workers,
				this.environment);
	}

}
