package io.github.hardenedhttp.connection;

import java.time.Duration;

import io.github.hardenedhttp.connection.DrainPlan.Step;
import io.github.hardenedhttp.undertow.ConnectionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DrainPlanTests {

	// Times are milliseconds since draining began.

	@ParameterizedTest
	@CsvSource({
	// @formatter:off
			"IDLE,           -5000, false,    0, END",
			"IDLE,            -500, false,    0, END",
			"IDLE,            -499, false,    0, AWAIT",
			"IDLE,            -499, false,  999, AWAIT",
			"IDLE,            -499, false, 1000, END",
			"IDLE,             900, false, 1000, END",
			"IDLE,           -5000, true,     0, END",
			"IDLE,             -10, true,     0, ANNOUNCE",
			"IDLE,             -10, true,  1000, END",
			"IDLE,             900, true,  1000, ANNOUNCE",
			"IDLE,             900, true,  1399, ANNOUNCE",
			"IDLE,             900, true,  1400, END",
			"IDLE,            1200, true,  1500, LEAVE",
			"IDLE,            1200, true,  1700, END",
			"HANDSHAKE,        -10, false,    0, AWAIT",
			"HANDSHAKE,        -10, false, 1000, END",
			"HANDSHAKE,        900, false, 1000, AWAIT",
			"REQUEST_HEADER, -2000, false,  999, AWAIT",
			"REQUEST_HEADER, -2000, false, 1000, END",
			"REQUEST_HEADER,   990, false, 1489, AWAIT",
			"REQUEST_HEADER,   990, false, 1490, END",
			"REQUEST_HEADER,  1400, false, 1500, END",
			"ACTIVE,         -9000, false,    0, LEAVE",
			"ACTIVE,         -9000, false, 5000, LEAVE",
			"ACTIVE,         -9000, true,   749, AWAIT",
			"ACTIVE,         -9000, true,   750, ANNOUNCE",
			"ACTIVE,         -9000, true,  1000, LEAVE",
			"ACTIVE,           751, true,  1000, ANNOUNCE",
			"ACTIVE,          1300, true,  1549, ANNOUNCE",
			"ACTIVE,          1300, true,  1550, LEAVE",
			"UPGRADED,       -9000, false,    0, LEAVE",
			"CLOSED,         -9000, false,    0, LEAVE"
			// @formatter:on
	})
	void decides(ConnectionState state, long since, boolean multiplexed, long now, Step expected) {
		long start = -7;
		assertThat(new DrainPlan(start).step(state, start + nanos(since), multiplexed, start + nanos(now)))
			.isEqualTo(expected);
	}

	@Test
	void nothingIsAwaitedForLongerThanTheLimitUnlessSomethingComes() {
		DrainPlan plan = new DrainPlan(0);
		for (ConnectionState state : ConnectionState.values()) {
			for (boolean multiplexed : new boolean[] { false, true }) {
				long limit = DrainPlan.LIMIT.toNanos();
				assertThat(plan.step(state, limit - nanos(250), multiplexed, limit)).isIn(Step.END, Step.LEAVE);
			}
		}
	}

	private static long nanos(long millis) {
		return Duration.ofMillis(millis).toNanos();
	}

}
