package io.github.hardenedhttp.report;

import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.checks.UndertowVersions;
import org.junit.jupiter.api.Test;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class HardeningReportsTests {

	private static final UndertowVersions VERSIONS = new UndertowVersions(Map.of("undertow-core", "1"), List.of(),
			List.of(), List.of());

	private static final HardeningCheck.Subject SUBJECT = HardeningCheck.of("a", "hardened.a", "RFC 1").value(1);

	@Test
	void whatPassesIsAPlus() {
		HardeningReport report = report(room("x", SUBJECT.pass("Why.")));
		assertThat(report.grade().letter()).isEqualTo("A+");
		assertThat(report.grade().reasons()).isEmpty();
		assertThat(report.rooms()).singleElement().satisfies((room) -> {
			assertThat(room.verdict()).isEqualTo("pass");
			assertThat(room.checks()).singleElement().satisfies((check) -> {
				assertThat(check.origin()).isEqualTo("default");
				assertThat(check.fix()).isNull();
			});
		});
		assertThat(report.versions().libraries()).containsKeys("undertow-core", "spring-boot", "java");
	}

	@Test
	void theLowestLetterHoldsAndItsReasonsAreNamed() {
		HardeningReport report = report(room("x", SUBJECT.warn("Why.", "Fix.")),
				room("b", SUBJECT.fail("Because.", "Fix.").lowering(Grade.B), SUBJECT.pass("Why.")));
		assertThat(report.grade().letter()).isEqualTo("B");
		assertThat(report.grade().reasons()).containsExactly("B at best, for b.a: Because.",
				"A at best, for x.a: Why.");
		assertThat(report.rooms()).extracting(HardeningReport.Room::room).containsExactly("b", "x");
		assertThat(report.rooms()).extracting(HardeningReport.Room::verdict).containsExactly("fail", "warn");
	}

	@Test
	void twoBeansMayShareARoomAndOneMayHaveNothingToSay() {
		HardeningReport report = report(room("x", SUBJECT.pass("Why.")), room("x", SUBJECT.pass("Why.")), room("y"));
		assertThat(report.rooms()).singleElement().satisfies((room) -> assertThat(room.checks()).hasSize(2));
	}

	@Test
	void aRoomThatThrowsDoesNotHideTheOthers() {
		HardeningReport report = report(room("x", SUBJECT.pass("Why.")), new HardeningChecks() {

			@Override
			public String room() {
				return "broken";
			}

			@Override
			public List<HardeningCheck> checks() {
				throw new IllegalStateException("oh");
			}

		});
		assertThat(report.rooms()).extracting(HardeningReport.Room::verdict).containsExactly("warn", "pass");
	}

	@Test
	void theTableHasALineForEachRoomAndWhatDoesNotPassFirst() {
		HardeningCheck other = HardeningCheck.of("b", null, "RFC 2").value("x".repeat(100)).pass("Why.");
		String text = ReportText.of(report(room("long-name", other, SUBJECT.warn("Why.", "Fix.").lowering(Grade.A)),
				room("s", SUBJECT.pass("Why."))));
		assertThat(text.lines()).containsExactly("Hardening report: grade A",
				"  warn  long-name  WARN a 1; b " + "x".repeat(57) + "...", "  pass  s          a 1");
	}

	private static HardeningReport report(HardeningChecks... rooms) {
		return new HardeningReports(List.of(rooms), new PropertyOrigins(new MockEnvironment()), VERSIONS, () -> null)
			.make();
	}

	private static HardeningChecks room(String name, HardeningCheck... checks) {
		return new HardeningChecks() {

			@Override
			public String room() {
				return name;
			}

			@Override
			public List<HardeningCheck> checks() {
				return List.of(checks);
			}

		};
	}

}
