package io.github.hardenedhttp.certificate;

import java.time.Clock;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meter of certificates where Micrometer is used.
 */
@AutoConfiguration(after = CertificateFindingsAutoConfiguration.class,
		afterName = "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ ServedCertificates.class, MeterRegistry.class })
public final class CertificateMetricsAutoConfiguration {

	@Bean
	CertificateMetrics hardenedCertificateMetrics(ServedCertificates served) {
		return new CertificateMetrics(served, Clock.systemUTC());
	}

}
