package io.github.hardenedhttp.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.hardenedhttp.report.HardeningReport.Check;
import io.github.hardenedhttp.report.HardeningReport.Room;

/**
 * Writes the report for the log: one line for each room, with its verdict, what does not
 * pass, and the most important values.
 */
final class ReportText {

	private static final int VALUES = 4;

	private static final int LONGEST_VALUE = 60;

	private ReportText() {
	}

	static String of(HardeningReport report) {
		StringBuilder text = new StringBuilder("Hardening report: grade ").append(report.grade().letter());
		int width = report.rooms().stream().mapToInt((room) -> room.room().length()).max().orElse(0);
		for (Room room : report.rooms()) {
			text.append("%n  %-4s  %-".concat(width + "s  %s")
				.formatted(room.verdict(), room.room(), String.join("; ", values(room))));
		}
		return text.toString();
	}

	/**
	 * First what does not pass, then the first of the others.
	 */
	private static List<String> values(Room room) {
		List<String> values = new ArrayList<>();
		room.notPassed().forEach((check) -> values.add(check.verdict().toUpperCase(Locale.ROOT) + " " + value(check)));
		room.checks()
			.stream()
			.filter(Check::passes)
			.limit(Math.max(0, VALUES - values.size()))
			.forEach((check) -> values.add(value(check)));
		return values;
	}

	private static String value(Check check) {
		String value = check.value();
		String shown = (value.length() > LONGEST_VALUE) ? value.substring(0, LONGEST_VALUE - 3) + "..." : value;
		return check.name() + " " + shown;
	}

}
