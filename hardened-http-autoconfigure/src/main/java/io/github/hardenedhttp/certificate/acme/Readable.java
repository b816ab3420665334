package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;

/**
 * Durations as people say them, in one unit.
 */
final class Readable {

	private Readable() {
	}

	/**
	 * Writes a duration.
	 * @param duration not negative
	 * @return such as {@code 29 days}, rounded down
	 */
	static String duration(Duration duration) {
		if (duration.toDays() >= 2) {
			return duration.toDays() + " days";
		}
		if (duration.toHours() >= 2) {
			return duration.toHours() + " hours";
		}
		if (duration.toMinutes() >= 2) {
			return duration.toMinutes() + " minutes";
		}
		return (duration.toSeconds() == 1) ? "1 second" : duration.toSeconds() + " seconds";
	}

}
