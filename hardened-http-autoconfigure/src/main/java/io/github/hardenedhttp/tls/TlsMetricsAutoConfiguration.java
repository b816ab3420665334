package io.github.hardenedhttp.tls;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Registers the meters of TLS handshakes where Micrometer is used.
 */
@AutoConfiguration(after = { TlsAutoConfiguration.class, UndertowAutoConfiguration.class,
		CompositeMeterRegistryAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ ServerTls.class, Guard.class, MeterRegistry.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class TlsMetricsAutoConfiguration {

	@Bean
	HandshakeMetrics hardenedHandshakeMetrics(ObjectProvider<MeterRegistry> registry) {
		return new HandshakeMetrics(registry::getObject);
	}

}
