package io.github.hardenedhttp.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to become of a request with a second one behind it: {@code 400|close},
 * {@code 200 x5}, {@code 405 then any}.
 *
 * @param statuses the statuses allowed, {@code 4xx} for all of a class, and {@code close}
 * if the connection may end without an answer
 * @param count how many answers there are before that to the second request
 * @param then what may follow
 * @param body the body of the first answer, {@code null} for any
 */
record Http1Expectation(List<String> statuses, int count, Then then, String body) {

	private static final Pattern FORM = Pattern.compile("([\\w|]+)(?: x(\\d+))?(?: then (\\w+))?");

	static Http1Expectation parse(String text, String body) {
		Matcher form = FORM.matcher(text);
		if (!form.matches()) {
			throw new IllegalArgumentException("Not an expectation: [" + text + "]");
		}
		return new Http1Expectation(Arrays.asList(form.group(1).split("\\|")),
				(form.group(2) != null) ? Integer.parseInt(form.group(2)) : 1,
				(form.group(3) != null) ? Then.valueOf(form.group(3).toUpperCase()) : Then.USUAL, body);
	}

	Optional<String> wrong(List<Http1Response> answers) {
		if (answers.isEmpty() && this.statuses.contains("close")) {
			return Optional.empty();
		}
		if (answers.size() < this.count) {
			return Optional.of("there are only " + answers.size() + " answers");
		}
		for (Http1Response answer : answers.subList(0, this.count)) {
			if (!allows(answer.status())) {
				return Optional.of(answer.status() + " was answered");
			}
		}
		if (this.body != null && answers.get(0).status() < 400 && !this.body.equals(answers.get(0).body())) {
			return Optional.of("the application has seen another body");
		}
		return wrongEnd(answers.get(this.count - 1), answers.subList(this.count, answers.size()));
	}

	private boolean allows(int status) {
		return this.statuses.contains(Integer.toString(status)) || this.statuses.contains(status / 100 + "xx");
	}

	private Optional<String> wrongEnd(Http1Response last, List<Http1Response> second) {
		Then allowed = (this.then != Then.USUAL) ? this.then : (last.status() < 400) ? Then.SECOND : Then.CLOSE;
		if (second.isEmpty()) {
			if (allowed == Then.SECOND) {
				return Optional.of("the second request has no answer");
			}
			return last.isLast() ? Optional.empty() : Optional.of("the connection was closed without a word of it");
		}
		if (allowed == Then.CLOSE) {
			return Optional.of("the connection was used further");
		}
		boolean asSecond = second.size() == 1 && second.get(0).status() == 200 && second.get(0).body().equals("second");
		return asSecond ? Optional.empty() : Optional.of("the second request was not answered as such");
	}

	/**
	 * What follows the answer.
	 */
	enum Then {

		/**
		 * The connection is closed after an error, and otherwise used further.
		 */
		USUAL,

		/**
		 * The second request is answered.
		 */
		SECOND,

		/**
		 * The connection is closed.
		 */
		CLOSE,

		/**
		 * The one or the other.
		 */
		ANY

	}

}
