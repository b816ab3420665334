package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.HardenedProperties;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meters of the connections where Micrometer is used.
 */
@AutoConfiguration(after = { ConnectionAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ ConnectionLedger.class, MeterRegistry.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class ConnectionMetricsAutoConfiguration {

	@Bean
	ConnectionMetrics hardenedConnectionMetrics(ServerBooks books, ConnectionLimits limits,
			HardenedProperties properties) {
		return new ConnectionMetrics(books, limits.max(), properties.mode(), System::nanoTime);
	}

}
