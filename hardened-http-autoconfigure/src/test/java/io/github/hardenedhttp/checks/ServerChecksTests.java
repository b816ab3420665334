package io.github.hardenedhttp.checks;

import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.testsupport.Checked;
import io.github.hardenedhttp.undertow.GuardMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.web.ServerProperties;

import static org.assertj.core.api.Assertions.assertThat;

class ServerChecksTests {

	private static final UndertowVersions GOOD = UndertowVersions.of(Map.of(UndertowPart.CORE, "2.3.27.Final"));

	private static final UndertowVersions OLD = UndertowVersions.of(Map.of(UndertowPart.CORE, "2.3.24.Final"));

	private static final UndertowVersions UNKNOWN = UndertowVersions.of(Map.of(UndertowPart.CORE, "2.3.0-redhat-1"));

	private final ServerProperties.Undertow.Options options = new ServerProperties().getUndertow().getOptions();

	@ParameterizedTest
	@CsvSource({ "ENFORCE,PASS", "OBSERVE,FAIL" })
	void limitsAreEnforced(GuardMode mode, Verdict verdict) {
		assertThat(Checked.verdict(new ServerChecks(mode, GOOD, VersionGate.WARN, this.options), "mode"))
			.isEqualTo(verdict);
	}

	@Test
	void vulnerabilitiesThatAnotherVersionMendsFail() {
		HardeningCheck check = Checked.check(checks(OLD, VersionGate.WARN), "known-vulnerabilities");
		assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
		assertThat(check.value()).isEqualTo("CVE-2026-28367, CVE-2026-28368, CVE-2026-28369");
		assertThat(Checked.verdict(checks(GOOD, VersionGate.FAIL), "known-vulnerabilities")).isEqualTo(Verdict.PASS);
		assertThat(Checked.verdict(checks(GOOD, VersionGate.OFF), "known-vulnerabilities")).isEqualTo(Verdict.WARN);
	}

	@Test
	void whatCannotBeJudgedIsAWarning() {
		HardeningCheck check = Checked.check(checks(UNKNOWN, VersionGate.WARN), "unjudged-versions");
		assertThat(check.verdict()).isEqualTo(Verdict.WARN);
		assertThat(check.value()).isEqualTo("undertow-core");
		assertThat(Checked.verdict(checks(GOOD, VersionGate.WARN), "unjudged-versions")).isEqualTo(Verdict.PASS);
	}

	@Test
	void ofEachOptionOfUndertowItIsSaidWhetherItWins() {
		assertThat(Checked.check(checks(GOOD, VersionGate.WARN), "undertow-options").value()).isEqualTo("none");
		this.options.getServer().put("max-headers", "50");
		this.options.getServer().put("HTTP2_SETTINGS_ENABLE_PUSH", "true");
		this.options.getServer().put("always-set-date", "true");
		this.options.getServer().put("max-header-size", "32768");
		this.options.getSocket().put("backlog", "10");
		assertThat(Checked.check(checks(GOOD, VersionGate.WARN), "undertow-options").value().split(", (?=s)"))
			.containsExactlyElementsOf(List.of("server.HTTP2_SETTINGS_ENABLE_PUSH (loses: nothing is pushed)",
					"server.always-set-date (holds, nothing here sets it)",
					"server.max-header-size (wins over 'server.max-http-request-header-size')",
					"server.max-headers (wins over 'hardened.protocol.max-headers')",
					"socket.backlog (wins over the queue of 4096)"));
	}

	private ServerChecks checks(UndertowVersions versions, VersionGate gate) {
		return new ServerChecks(GuardMode.ENFORCE, versions, gate, this.options);
	}

}
