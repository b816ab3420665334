package io.github.hardenedhttp.checks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ReleaseVersionTests {

	@Test
	void versionsAreInTheOrderOfTheirReleases() {
		List<String> order = List.of("2.2.40.Final", "2.3.0.Alpha1", "2.3.0.Alpha2", "2.3.0.Final", "2.3.1.Final",
				"2.3.9.Final", "2.3.10.Final", "2.3.24.Final", "2.3.24.SP1", "2.3.24.SP2", "2.3.24.SP10",
				"2.3.25.Final", "2.3.100.Final", "2.4.0.Alpha1", "2.4.0.Beta1", "2.4.0.Beta2", "2.4.0.RC1", "2.4.0.RC4",
				"2.4.0.RC10", "2.4.0.Final", "2.4.1.Final", "2.10.0.Final", "3.0.0.Alpha1", "10.0.0.Final");
		List<ReleaseVersion> expected = order.stream().map(ReleaseVersion::parse).toList();
		List<ReleaseVersion> shuffled = new ArrayList<>(expected);
		Collections.shuffle(shuffled, new Random(1));
		Collections.sort(shuffled);
		assertThat(shuffled).containsExactlyElementsOf(expected);
	}

	@ParameterizedTest
	@CsvSource({ "2.3.25, 2.3.25.Final", "2.3.25.GA, 2.3.25.Final", "2.3.25.FINAL, 2.3.25.Final",
			"2.4.0.CR2, 2.4.0.RC2", "2.4.0-RC2, 2.4.0.RC2", "2.4.0.Beta, 2.4.0.Beta0" })
	void someAreWrittenInTwoWays(String one, String other) {
		assertThat(ReleaseVersion.parse(one)).isNotNull().isEqualTo(ReleaseVersion.parse(other));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "unknown", "2", "2.3", "2.3.x", "2.3.24.1", "2.3.24.Final-SNAPSHOT", "2.3.24-SNAPSHOT",
			"2.3.20.SP4-redhat-00001", "2.3.24.Final-redhat-00001", "2.3.24.Final-jre17", "2.3.24.Custom1",
			"v2.3.24.Final", " 2.3.24.Final", "2.3.24.Final ", "-2.3.24", "2.3.99999999999.Final", "${version}" })
	void whatCannotBeComparedIsNoVersion(String text) {
		assertThat(ReleaseVersion.parse(text)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "2.3.0.Final, 2.3.99.SP1, 0", "2.3.99.Final, 2.4.0.Alpha1, -1", "2.10.0.Final, 2.9.0.Final, 1",
			"3.0.0.Final, 2.9.0.Final, 1", "2.2.40.Final, 3.1.0.Final, -1" })
	void branchesAreTheFirstTwoNumbers(String one, String other, int sign) {
		assertThat(ReleaseVersion.parse(one).compareBranch(ReleaseVersion.parse(other))).isEqualTo(sign);
	}

}
