package io.github.hardenedhttp.sample;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What somebody reads who has configured something that cannot be honoured: in a few
 * lines what is wrong and what to do, and no stack trace.
 */
class WrongConfigurationIT {

	private static final int LINE_LIMIT = 8;

	static Stream<Case> cases() {
		return Stream.of(
				new Case(List.of("--hardened.hsts.max-age=-1s"), List.of("'hardened.hsts.max-age'", "set it to 0s")),
				new Case(List.of("--hardened.hsts.preload=true"),
						List.of("'hardened.hsts.preload'", "'hardened.hsts.include-sub-domains' to true")));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void theStartFailsAndTellsTheWayOut(Case wrong) {
		RunningSample sample = RunningSample.startInVain(wrong.arguments());
		String output = sample.output();
		assertThat(sample.exitValue()).as(output).isEqualTo(1);
		assertThat(output).contains("APPLICATION FAILED TO START", "Description:", "Action:").doesNotContain("\tat ");
		String analysis = output.substring(output.indexOf("Description:"));
		assertThat(analysis).contains(wrong.words());
		List<String> lines = analysis.lines()
			.filter((line) -> !line.isBlank())
			.filter((line) -> !line.equals("Description:") && !line.equals("Action:"))
			.toList();
		assertThat(lines).as(analysis).hasSizeBetween(2, LINE_LIMIT);
	}

	/**
	 * A wrong configuration.
	 *
	 * @param arguments the properties
	 * @param words what the description or the action must say
	 */
	record Case(List<String> arguments, List<String> words) {

		@Override
		public String toString() {
			return String.join(" ", this.arguments);
		}

	}

}
