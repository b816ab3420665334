package io.github.hardenedhttp.tls;

import io.github.hardenedhttp.undertow.ConnectionObserver;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class TlsMetricsAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(UndertowAutoConfiguration.class, TlsAutoConfiguration.class,
				TlsMetricsAutoConfiguration.class));

	@Test
	void handshakesAreMeasured() {
		this.runner.withBean(SimpleMeterRegistry.class)
			.run((context) -> assertThat(context.getBean(ConnectionObserver.class))
				.isInstanceOf(HandshakeMetrics.class));
	}

	@Test
	void nothingIsMeasuredWithoutARegistry() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionObserver.class));
	}

	@Test
	void nothingIsMeasuredWithoutTls() {
		this.runner.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("hardened.tls.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionObserver.class));
	}

	@Test
	void nothingIsMeasuredWhenHardeningIsDisabled() {
		this.runner.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionObserver.class));
	}

	@Test
	void micrometerIsOptional() {
		new WebApplicationContextRunner().withUserConfiguration(ImportedByName.class)
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ServerTls.class)
				.doesNotHaveBean(ConnectionObserver.class));
	}

	@Test
	void actuatorIsOptional() {
		new WebApplicationContextRunner().withUserConfiguration(ImportedByName.class)
			.withBean(SimpleMeterRegistry.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ConnectionObserver.class));
	}

	/**
	 * Has its classes read as Spring Boot reads them, without loading them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ UndertowAutoConfiguration.class, TlsAutoConfiguration.class,
			TlsMetricsAutoConfiguration.class })
	static class ImportedByName {

	}

}
