package io.github.hardenedhttp.filedescriptor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meter {@code hardened.pressure} of the resource {@code filedescriptor}.
 */
final class FileDescriptorPressureMetrics implements MeterBinder {

	private final FileDescriptorPressure pressure;

	FileDescriptorPressureMetrics(FileDescriptorPressure pressure) {
		this.pressure = pressure;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("hardened.pressure", this.pressure, (pressure) -> pressure.level().ordinal())
			.tag("resource", "filedescriptor")
			.description("How short a resource is: 0 enough, 1 to be saved, 2 hardly any left")
			.register(registry);
	}

}
