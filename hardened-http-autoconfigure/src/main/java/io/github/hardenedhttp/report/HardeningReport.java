package io.github.hardenedhttp.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.hardenedhttp.checks.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What all checks together have come to. Nothing in it is secret, and no client is named.
 *
 * @param grade the letter, and what lowers it
 * @param versions what the server is made of
 * @param rooms the rooms that have something to check, in the order of their names
 * @param selfTest what the server has shown to itself, or {@code null} while that is not
 * known
 */
record HardeningReport(GradeWithReasons grade, Versions versions, List<Room> rooms, @Nullable SelfTestResult selfTest) {

	/**
	 * A letter and its reasons.
	 *
	 * @param letter from A+ to F
	 * @param reasons what keeps it from being A+
	 */
	record GradeWithReasons(String letter, List<String> reasons) {

	}

	/**
	 * What the server is made of.
	 *
	 * @param libraries the version of each
	 * @param vulnerabilities what is known against them and mended in a later version
	 * @param withoutFix what is known and mended in no version
	 * @param unjudged of which nothing can be said
	 */
	record Versions(Map<String, String> libraries, List<Vulnerability> vulnerabilities, List<Vulnerability> withoutFix,
			List<String> unjudged) {

	}

	/**
	 * Something known against a version.
	 *
	 * @param id the CVE number
	 * @param what what an attacker can do
	 * @param artifact where the mistake is
	 * @param fixedIn the version that mends it
	 */
	record Vulnerability(String id, String what, String artifact, String fixedIn) {

	}

	/**
	 * The checks of a room.
	 *
	 * @param room its name
	 * @param verdict the gravest of its verdicts
	 * @param checks the checks, the most important first
	 */
	record Room(String room, String verdict, List<Check> checks) {

		/**
		 * Those that do not pass.
		 * @return the checks that warn or fail
		 */
		List<Check> notPassed() {
			return this.checks.stream().filter((check) -> !check.passes()).toList();
		}

	}

	/**
	 * One line of the report.
	 *
	 * @param name the name within its room
	 * @param property the property, or {@code null} if there is none
	 * @param value the value that is in effect
	 * @param origin where the value comes from, or {@code null} if that means nothing
	 * @param verdict pass, warn or fail
	 * @param why the reason
	 * @param fix what to set, or {@code null} if it passes
	 * @param yardstick whose advice it is
	 */
	record Check(String name, @Nullable String property, String value, @Nullable String origin, String verdict,
			String why, @Nullable String fix, String yardstick) {

		private static final String PASS = text(Verdict.PASS);

		boolean passes() {
			return this.verdict.equals(PASS);
		}

	}

	static String text(Verdict verdict) {
		return verdict.name().toLowerCase(Locale.ROOT);
	}

}
