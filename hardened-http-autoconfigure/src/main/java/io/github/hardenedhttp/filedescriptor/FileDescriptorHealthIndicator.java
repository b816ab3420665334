package io.github.hardenedhttp.filedescriptor;

import java.util.Locale;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Level;
import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Seen;

import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/**
 * The health {@code fileDescriptors}: DOWN while hardly any descriptor is left. A server
 * that only has to save serves everybody, so it is UP and says {@code warn} in its
 * details: an own status would be ignored where statuses are summed up.
 */
final class FileDescriptorHealthIndicator extends AbstractHealthIndicator {

	private final FileDescriptorPressure pressure;

	FileDescriptorHealthIndicator(FileDescriptorPressure pressure) {
		super("The file descriptor health cannot be told");
		this.pressure = pressure;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Seen seen = this.pressure.seen();
		FileDescriptorThresholds thresholds = this.pressure.thresholds();
		builder.status((seen.level() == Level.FAIL) ? Status.DOWN : Status.UP)
			.withDetail("level", seen.level().name().toLowerCase(Locale.ROOT))
			.withDetail("open", seen.census().open())
			.withDetail("max", seen.census().max())
			.withDetail("ratio", seen.census().roundedRatio())
			.withDetail("warnAt", thresholds.warnAt())
			.withDetail("failAt", thresholds.failAt());
	}

}
