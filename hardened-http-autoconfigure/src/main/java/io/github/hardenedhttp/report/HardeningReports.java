package io.github.hardenedhttp.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.checks.UndertowVersions;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.report.HardeningReport.Check;
import io.github.hardenedhttp.report.HardeningReport.GradeWithReasons;
import io.github.hardenedhttp.report.HardeningReport.Room;
import io.github.hardenedhttp.report.HardeningReport.Versions;
import io.github.hardenedhttp.report.HardeningReport.Vulnerability;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;

/**
 * Makes the report from the checks of all rooms. A check that throws is a bug, and the
 * report says so in its place: the others are told all the same. Thread-safe.
 */
final class HardeningReports {

	private final List<HardeningChecks> rooms;

	private final PropertyOrigins origins;

	private final UndertowVersions versions;

	private final Supplier<@Nullable SelfTestResult> selfTest;

	/**
	 * Create the maker of reports.
	 * @param rooms the checks of all rooms
	 * @param origins tells where values come from
	 * @param versions what the server is made of
	 * @param selfTest the latest result, or {@code null} while there is none
	 */
	HardeningReports(List<HardeningChecks> rooms, PropertyOrigins origins, UndertowVersions versions,
			Supplier<@Nullable SelfTestResult> selfTest) {
		this.rooms = rooms.stream().sorted(Comparator.comparing(HardeningChecks::room)).toList();
		this.origins = origins;
		this.versions = versions;
		this.selfTest = selfTest;
	}

	/**
	 * Checks everything now.
	 * @return a new report
	 */
	HardeningReport make() {
		return make((room) -> true);
	}

	/**
	 * Checks some rooms now.
	 * @param wanted which rooms, by their names
	 * @return a new report
	 */
	HardeningReport make(Predicate<String> wanted) {
		Map<String, List<HardeningCheck>> found = new LinkedHashMap<>();
		this.rooms.stream()
			.filter((room) -> wanted.test(room.room()))
			.forEach((room) -> found.computeIfAbsent(room.room(), (name) -> new ArrayList<>()).addAll(ask(room)));
		found.values().removeIf(List::isEmpty);
		List<Room> rooms = new ArrayList<>();
		found.forEach((name, checks) -> rooms
			.add(new Room(name, HardeningReport.text(gravest(checks)), checks.stream().map(this::describe).toList())));
		return new HardeningReport(grade(found), versions(), List.copyOf(rooms), this.selfTest.get());
	}

	private static List<HardeningCheck> ask(HardeningChecks room) {
		try {
			return room.checks();
		}
		catch (RuntimeException ex) {
			return List.of(HardeningCheck.of("check", null, "docs/reference/report.md")
				.value(ex.toString())
				.warn("The room could not be checked.", "Report it: it is a mistake of ours.")
				.lowering(Grade.A_PLUS));
		}
	}

	private static Verdict gravest(List<HardeningCheck> checks) {
		return checks.stream().map(HardeningCheck::verdict).reduce(Verdict.PASS, Verdict::or);
	}

	private Check describe(HardeningCheck check) {
		return new Check(check.name(), check.property(), check.value(),
				this.origins.of(check.property(), check.derivation()), HardeningReport.text(check.verdict()),
				check.why(), check.fix(), check.yardstick());
	}

	private static GradeWithReasons grade(Map<String, List<HardeningCheck>> found) {
		List<String> reasons = new ArrayList<>();
		Grade grade = Grade.A_PLUS;
		for (Map.Entry<String, List<HardeningCheck>> room : found.entrySet()) {
			for (HardeningCheck check : room.getValue()) {
				grade = grade.or(check.grade());
				if (check.grade() != Grade.A_PLUS) {
					reasons.add("%s at best, for %s.%s: %s".formatted(check.grade().letter(), room.getKey(),
							check.name(), check.why()));
				}
			}
		}
		return new GradeWithReasons(grade.letter(), List.copyOf(reasons));
	}

	private Versions versions() {
		Map<String, String> libraries = new LinkedHashMap<>(this.versions.versions());
		libraries.put("spring-boot", SpringBootVersion.getVersion());
		libraries.put("java", Runtime.version().toString());
		return new Versions(libraries, describe(this.versions.vulnerabilities()), describe(this.versions.withoutFix()),
				this.versions.unjudged());
	}

	private static List<Vulnerability> describe(List<UndertowVersions.Vulnerability> known) {
		return known.stream()
			.map((each) -> new Vulnerability(each.id(), each.what(), each.artifact(), each.fixedIn()))
			.toList();
	}

}
