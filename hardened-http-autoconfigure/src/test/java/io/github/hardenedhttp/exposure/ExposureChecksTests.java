package io.github.hardenedhttp.exposure;

import java.util.List;

import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.exposure.ExposedHandler.Kind;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExposureChecksTests {

	@Test
	void healthMayAnswer() {
		assertThat(endpoints()).isEqualTo(Verdict.PASS);
		assertThat(endpoints(new ExposedHandler(Kind.ENDPOINT, "health", List.of(), null))).isEqualTo(Verdict.PASS);
	}

	@Test
	void otherEndpointsAreAWarningAndDangerousOnesFail() {
		assertThat(endpoints(new ExposedHandler(Kind.ENDPOINT, "info", List.of(), null))).isEqualTo(Verdict.WARN);
		assertThat(endpoints(new ExposedHandler(Kind.ENDPOINT, "env", List.of(), "passwords"))).isEqualTo(Verdict.FAIL);
	}

	@Test
	void handlersOfLibrariesPassUnlessTheyAreDangerous() {
		assertThat(others()).isEqualTo(Verdict.PASS);
		assertThat(others(new ExposedHandler(Kind.SERVLET, "a.B", List.of("/a"), null))).isEqualTo(Verdict.PASS);
		assertThat(others(new ExposedHandler(Kind.SERVLET, "org.h2.B", List.of("/a"), "any SQL")))
			.isEqualTo(Verdict.FAIL);
	}

	private static Verdict endpoints(ExposedHandler... handlers) {
		return Checked.verdict(new ExposureChecks(() -> List.of(handlers)), "endpoints");
	}

	private static Verdict others(ExposedHandler... handlers) {
		return Checked.verdict(new ExposureChecks(() -> List.of(handlers)), "foreign-handlers");
	}

}
