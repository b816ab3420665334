package io.github.hardenedhttp.filedescriptor;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meters of the file descriptors where Micrometer is used.
 */
@AutoConfiguration(after = { FileDescriptorAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ FileDescriptors.class, MeterRegistry.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class FileDescriptorMetricsAutoConfiguration {

	@Bean
	FileDescriptorMetrics hardenedFileDescriptorMetrics(FileDescriptors fileDescriptors) {
		return new FileDescriptorMetrics(fileDescriptors);
	}

	@Bean
	@ConditionalOnBean(FileDescriptorPressure.class)
	FileDescriptorPressureMetrics hardenedFileDescriptorPressureMetrics(FileDescriptorPressure pressure) {
		return new FileDescriptorPressureMetrics(pressure);
	}

}
