package io.github.hardenedhttp.report;

import java.util.stream.Collectors;

import io.github.hardenedhttp.report.HardeningReport.Check;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Lists what did not pass, and what to set.
 */
final class WeakServerFailureAnalyzer extends AbstractFailureAnalyzer<WeakServerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WeakServerException cause) {
		return new FailureAnalysis(describe(cause), "%s%nTo start all the same, set 'hardened.checks.fail-on' to %s."
			.formatted(advise(cause), cause.getFailOn().equals("warn") ? "fail or never" : "never"), cause);
	}

	static String describe(WeakServerException cause) {
		return "These checks do not pass, and 'hardened.checks.fail-on' is %s:%n%s".formatted(cause.getFailOn(),
				lines(cause, WeakServerFailureAnalyzer::description));
	}

	static String advise(WeakServerException cause) {
		return lines(cause, (room, check) -> "- %s.%s: %s".formatted(room, check.name(), check.fix()));
	}

	private static String description(String room, Check check) {
		String where = (check.origin() != null) ? " (%s)".formatted(check.origin()) : "";
		return "- %s: %s.%s is %s%s. %s".formatted(check.verdict(), room, check.name(), check.value(), where,
				check.why());
	}

	private static String lines(WeakServerException cause, Line line) {
		return cause.getRooms()
			.stream()
			.flatMap((room) -> room.checks().stream().map((check) -> line.of(room.room(), check)))
			.collect(Collectors.joining(System.lineSeparator()));
	}

	@FunctionalInterface
	private interface Line {

		String of(String room, Check check);

	}

}
