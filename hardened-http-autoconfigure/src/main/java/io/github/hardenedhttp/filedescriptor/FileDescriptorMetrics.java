package io.github.hardenedhttp.filedescriptor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meter {@code hardened.filedescriptors}, one gauge for each type. Registers nothing
 * where types are unknown; how many are open in all, and may be, is in Spring Boot's
 * {@code process.files.open} and {@code process.files.max}.
 */
final class FileDescriptorMetrics implements MeterBinder {

	private final FileDescriptors fileDescriptors;

	FileDescriptorMetrics(FileDescriptors fileDescriptors) {
		this.fileDescriptors = fileDescriptors;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (this.fileDescriptors.census().types() == null) {
			return;
		}
		for (FileDescriptorType type : FileDescriptorType.values()) {
			Gauge
				.builder("hardened.filedescriptors", this.fileDescriptors,
						(fileDescriptors) -> fileDescriptors.census().count(type))
				.tag("type", type.id())
				.baseUnit("descriptors")
				.description("Open file descriptors of the process, by what they are open for")
				.register(registry);
		}
	}

}
