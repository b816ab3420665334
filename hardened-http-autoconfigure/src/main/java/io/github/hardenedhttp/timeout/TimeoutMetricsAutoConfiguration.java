package io.github.hardenedhttp.timeout;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meter of delayed requests where Micrometer is used, and requests can be
 * delayed.
 */
@AutoConfiguration(after = { TimeoutAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ DelayedRequests.class, MeterRegistry.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class TimeoutMetricsAutoConfiguration {

	@Bean
	TimeoutMetrics hardenedTimeoutMetrics(DelayedRequests delayed) {
		return new TimeoutMetrics(delayed);
	}

}
