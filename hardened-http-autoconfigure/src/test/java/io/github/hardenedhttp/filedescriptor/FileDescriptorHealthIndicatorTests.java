package io.github.hardenedhttp.filedescriptor;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorHealthIndicatorTests {

	@ParameterizedTest
	@CsvSource({ "799,UP,none", "800,UP,warn", "949,UP,warn", "950,DOWN,fail" })
	void onlyTheFailureIsDown(long open, String status, String level) {
		Health health = health(open, 1000);
		assertThat(health.getStatus()).isEqualTo(new Status(status));
		assertThat(health.getDetails()).containsEntry("level", level);
	}

	@Test
	void theDetailsTellHowItIs() {
		assertThat(health(1, 3).getDetails()).containsExactlyInAnyOrderEntriesOf(
				Map.of("level", "none", "open", 1L, "max", 3L, "ratio", 0.3333, "warnAt", 0.8, "failAt", 0.95));
	}

	private static Health health(long open, long max) {
		return new FileDescriptorHealthIndicator(new FileDescriptorPressure(
				() -> FileDescriptorCensus.withoutTypes(open, max), new FileDescriptorThresholds(0.8, 0.95), () -> 0))
			.health();
	}

}
