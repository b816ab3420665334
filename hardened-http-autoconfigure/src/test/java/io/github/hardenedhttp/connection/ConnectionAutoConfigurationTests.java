package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.filedescriptor.FileDescriptorAutoConfiguration;
import io.github.hardenedhttp.undertow.Admission;
import io.github.hardenedhttp.undertow.ConnectionObserver;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(UndertowAutoConfiguration.class, FileDescriptorAutoConfiguration.class,
				ConnectionAutoConfiguration.class, ConnectionEndpointAutoConfiguration.class,
				ConnectionMetricsAutoConfiguration.class, EndpointAutoConfiguration.class,
				WebEndpointAutoConfiguration.class, MetricsAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withPropertyValues("management.endpoints.web.exposure.include=connections");

	@Test
	void countsLimitsMeasuresAndAnswers() {
		this.runner.run((context) -> {
			assertThat(context.getBeansOfType(ConnectionObserver.class).values())
				.hasAtLeastOneElementOfType(ConnectionLedger.class)
				.hasAtLeastOneElementOfType(ForcedCloses.class);
			assertThat(context.getBeansOfType(Admission.class).values())
				.hasAtLeastOneElementOfType(ConnectionLimits.class);
			assertThat(context).hasSingleBean(ConnectionMetrics.class).hasSingleBean(ConnectionsEndpoint.class);
		});
	}

	@Test
	void theCapComesFromTheDescriptorsOrFromTheUser() {
		this.runner
			.run((context) -> assertThat(context.getBean(ConnectionLimits.class).origin()).startsWith("auto: 80 %"));
		this.runner.withPropertyValues("hardened.connection.max=77").run((context) -> {
			assertThat(context.getBean(ConnectionLimits.class).max()).isEqualTo(77);
			assertThat(context.getBean(MeterRegistry.class).get("hardened.connections.max").gauge().value())
				.isEqualTo(77);
		});
	}

	@Test
	void whatMakesNoSenseStopsTheStartWithItsKey() {
		this.runner.withPropertyValues("hardened.connection.max=0")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("hardened.connection.max"));
	}

	@Test
	void isAbsentWhenSwitchedOff() {
		this.runner.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ConnectionLedger.class)
				.doesNotHaveBean(ConnectionMetrics.class)
				.doesNotHaveBean(ConnectionsEndpoint.class));
	}

	@Test
	void doesWithoutMicrometer() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(UndertowAutoConfiguration.class, ConnectionAutoConfiguration.class,
					ConnectionMetricsAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ConnectionLedger.class)
				.doesNotHaveBean("hardenedConnectionMetrics"));
	}

	@Test
	void anEndpointThatIsNotExposedIsAbsent() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(ConnectionsEndpoint.class));
		assertThat(ConnectionsEndpoint.class.getAnnotation(Endpoint.class).id()).isEqualTo("connections");
	}

}
