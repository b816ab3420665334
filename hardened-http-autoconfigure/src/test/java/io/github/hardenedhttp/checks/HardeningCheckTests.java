package io.github.hardenedhttp.checks;

import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.undertow.GuardMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class HardeningCheckTests {

	private static final HardeningCheck.Subject SUBJECT = HardeningCheck.of("a", "hardened.a", "RFC 1");

	static List<Arguments> values() {
		return List.of(Arguments.of(null, "not set"), Arguments.of(List.of(), "none"),
				Arguments.of(List.of("a", 1), "a, 1"), Arguments.of(Duration.ZERO, "0s"),
				Arguments.of(Duration.ofMillis(1500), "1500ms"), Arguments.of(Duration.ofSeconds(90), "90s"),
				Arguments.of(Duration.ofMinutes(90), "90m"), Arguments.of(Duration.ofHours(25), "25h"),
				Arguments.of(Duration.ofDays(730), "730d"), Arguments.of(DataSize.ofBytes(0), "0B"),
				Arguments.of(DataSize.ofBytes(1025), "1025B"), Arguments.of(DataSize.ofKilobytes(3), "3KB"),
				Arguments.of(DataSize.ofMegabytes(2), "2MB"), Arguments.of(GuardMode.ENFORCE, "enforce"),
				Arguments.of(true, "true"));
	}

	@ParameterizedTest
	@MethodSource("values")
	void valuesAreWrittenAsUsersWriteThem(@Nullable Object value, String text) {
		assertThat(SUBJECT.value(value).value()).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "10,PASS", "11,WARN", "20,WARN", "21,FAIL" })
	void lessIsBetter(int value, Verdict verdict) {
		HardeningCheck check = SUBJECT.atMost(value, 10, 20, "Why.");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.fix()).isEqualTo((verdict == Verdict.PASS) ? null : "Set 'hardened.a' to 10 or less.");
	}

	@Test
	void theGradeFollowsTheVerdictUnlessItIsSaid() {
		assertThat(SUBJECT.pass("Why.").grade()).isEqualTo(Grade.A_PLUS);
		assertThat(SUBJECT.warn("Why.", "Fix.").grade()).isEqualTo(Grade.A);
		assertThat(SUBJECT.fail("Why.", "Fix.").grade()).isEqualTo(Grade.F);
		assertThat(SUBJECT.fail("Why.", "Fix.").lowering(Grade.B).grade()).isEqualTo(Grade.B);
		assertThat(Grade.A.or(Grade.F)).isEqualTo(Grade.F);
		assertThat(Grade.T.or(Grade.A_PLUS)).isEqualTo(Grade.T);
	}

	@ParameterizedTest
	@CsvSource({ "FAIL,PASS,false", "FAIL,WARN,false", "FAIL,FAIL,true", "WARN,PASS,false", "WARN,WARN,true",
			"WARN,FAIL,true", "NEVER,PASS,false", "NEVER,WARN,false", "NEVER,FAIL,false" })
	void theStartIsStoppedForWhatWasAskedFor(FailOn failOn, Verdict verdict, boolean stops) {
		assertThat(failOn.stops(verdict)).isEqualTo(stops);
	}

}
