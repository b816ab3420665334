package io.github.hardenedhttp.testsupport;

import org.assertj.core.api.Assertions;

import org.springframework.boot.test.system.CapturedOutput;

/**
 * What a user reads when the application does not start.
 *
 * @param description the text under "Description:"
 * @param action the text under "Action:"
 */
public record FailedStart(String description, String action) {

	/**
	 * Starts a server that must not start, and makes sure that no stack trace is shown.
	 * @param output the output of the test
	 * @param properties the properties of the server
	 * @return the text that was printed
	 */
	public static FailedStart of(CapturedOutput output, String... properties) {
		int before = output.length();
		Assertions.assertThatException().isThrownBy(() -> {
			try (TestServer server = TestServer.start(properties)) {
				server.port();
			}
		});
		String printed = output.toString().substring(before);
		Assertions.assertThat(printed).contains("Description:", "Action:").doesNotContain("\tat ");
		int description = printed.indexOf("Description:");
		int action = printed.indexOf("Action:", description);
		return new FailedStart(printed.substring(description + 12, action).strip(),
				printed.substring(action + 7).strip());
	}

	/**
	 * How much there is to read.
	 * @return the number of lines that are not empty
	 */
	public long lines() {
		return (this.description + "\n" + this.action).lines().filter((line) -> !line.isBlank()).count();
	}

}
