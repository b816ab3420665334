package io.github.hardenedhttp.certificate.acme;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meters of orders where Micrometer is used.
 */
@AutoConfiguration(after = { AcmeAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MaintainedCertificates.class, MeterRegistry.class })
public final class AcmeMetricsAutoConfiguration {

	@Bean
	AcmeMetrics acmeMetrics(OrderCounts counts, MaintainedCertificates certificates) {
		return new AcmeMetrics(counts, certificates);
	}

}
