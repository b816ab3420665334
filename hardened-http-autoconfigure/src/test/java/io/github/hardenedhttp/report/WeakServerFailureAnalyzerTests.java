package io.github.hardenedhttp.report;

import java.util.List;

import io.github.hardenedhttp.report.HardeningReport.Check;
import io.github.hardenedhttp.report.HardeningReport.Room;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class WeakServerFailureAnalyzerTests {

	private static final List<Room> ROOMS = List.of(
			new Room("protocol", "fail",
					List.of(new Check("strict-framing", "hardened.protocol.strict-framing", "false",
							"class path resource [application.yml] - 3:10", "fail", "Why.",
							"Remove 'hardened.protocol.strict-framing'.", "RFC 9112"))),
			new Room("filedescriptor", "warn",
					List.of(new Check("limit", null, "1024", null, "warn", "Because.", "Raise it.", "the article"))));

	@Test
	void whatFailedAndWhatToSetAreListed() {
		FailureAnalysis analysis = new WeakServerFailureAnalyzer().analyze(new WeakServerException("warn", ROOMS));
		assertThat(analysis.getDescription()).isEqualTo("""
				These checks do not pass, and 'hardened.checks.fail-on' is warn:
				- fail: protocol.strict-framing is false (class path resource [application.yml] - 3:10). Why.
				- warn: filedescriptor.limit is 1024. Because.""");
		assertThat(analysis.getAction()).isEqualTo("""
				- protocol.strict-framing: Remove 'hardened.protocol.strict-framing'.
				- filedescriptor.limit: Raise it.
				To start all the same, set 'hardened.checks.fail-on' to fail or never.""");
	}

	@Test
	void whoFailsForFailuresOnlyCanOnlyStop() {
		assertThat(new WeakServerFailureAnalyzer().analyze(new WeakServerException("fail", ROOMS)).getAction())
			.endsWith("set 'hardened.checks.fail-on' to never.");
	}

}
