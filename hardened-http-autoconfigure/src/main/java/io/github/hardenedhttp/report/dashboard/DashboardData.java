package io.github.hardenedhttp.report.dashboard;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * All numbers the page draws, of one moment. Counters are totals since the start: what
 * happened in between is for the page to subtract.
 *
 * @param application the name of the application, empty if it has none
 * @param startedAt when it was started, in milliseconds since 1970: another value is
 * another process, whose counters begin anew
 * @param now when this was read, in milliseconds since 1970
 * @param forced the reasons of closes that are forced, as they stand in the tag
 * {@code reason}
 * @param meters the values of each meter there is, by its name
 * @param latency how long requests took, or {@code null} where nobody measures them
 */
record DashboardData(String application, long startedAt, long now, List<String> forced,
		Map<String, List<Reading>> meters, @Nullable Latency latency) implements OperationResponseBody {

	static final MimeType TYPE = MimeTypeUtils.APPLICATION_JSON;

	/**
	 * One value of a meter.
	 *
	 * @param tags what it is the value of
	 * @param value the value, summed over all other tags
	 */
	record Reading(Map<String, String> tags, double value) {

	}

	/**
	 * How long the requests of the last seconds took, in milliseconds.
	 *
	 * @param windowSeconds how many seconds
	 * @param median half of them took no longer; 0 without a request
	 * @param p99 99 % of them took no longer; 0 without a request
	 * @param max the longest; 0 without a request
	 */
	record Latency(long windowSeconds, double median, double p99, double max) {

	}

}
