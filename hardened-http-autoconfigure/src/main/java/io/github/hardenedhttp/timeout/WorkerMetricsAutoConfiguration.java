package io.github.hardenedhttp.timeout;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meters of the workers where there is a pool and Micrometer is used.
 */
@AutoConfiguration(after = { TimeoutAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ WorkerPool.class, MeterRegistry.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class WorkerMetricsAutoConfiguration {

	@Bean
	WorkerMetrics hardenedWorkerMetrics(WorkerPool pool) {
		return new WorkerMetrics(pool);
	}

}
