package io.github.hardenedhttp.filedescriptor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.HealthEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributorRegistry;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

@DisabledOnOs(OS.WINDOWS)
class FileDescriptorAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=health,filedescriptors";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FileDescriptorAutoConfiguration.class,
				FileDescriptorMetricsAutoConfiguration.class, FileDescriptorEndpointAutoConfiguration.class,
				EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class, MetricsAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withPropertyValues(EXPOSED);

	private final WebApplicationContextRunner guarded = this.runner.withConfiguration(
			AutoConfigurations.of(UndertowAutoConfiguration.class, FileDescriptorHealthAutoConfiguration.class,
					HealthContributorAutoConfiguration.class, HealthEndpointAutoConfiguration.class));

	@Test
	void countsMeasuresAndAnswers() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(FileDescriptors.class);
			assertThat(context).hasSingleBean(FileDescriptorMetrics.class);
			assertThat(context).hasSingleBean(FileDescriptorsEndpoint.class);
		});
	}

	@Test
	void metersAreBoundToTheRegistry() {
		this.runner.run((context) -> assertThat(context.getBean(MeterRegistry.class)
			.get("hardened.filedescriptors")
			.tag("type", "file")
			.gauge()
			.value()).isPositive());
	}

	@Test
	void thePressureIsWatchedMeasuredAndPartOfTheHealth() {
		this.guarded.run((context) -> {
			assertThat(context.getBeansOfType(GuardWatch.class)).containsValue(pressure(context));
			assertThat(context.getBean(MeterRegistry.class)
				.get("hardened.pressure")
				.tag("resource", "filedescriptor")
				.gauge()
				.value()).isEqualTo(pressure(context).level().ordinal());
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("fileDescriptors"))
				.isInstanceOf(FileDescriptorHealthIndicator.class);
		});
	}

	@Test
	void thresholdsAreThoseOfTheProperties() {
		this.guarded.withPropertyValues("hardened.filedescriptor.warn-at=10%", "hardened.filedescriptor.fail-at=20")
			.run((context) -> assertThat(pressure(context).thresholds())
				.isEqualTo(new FileDescriptorThresholds(0.1, 0.2)));
	}

	@Test
	void withoutAGuardNobodyWatches() {
		this.runner.run((context) -> {
			assertThat(context).doesNotHaveBean(FileDescriptorPressure.class);
			assertThat(context).doesNotHaveBean(FileDescriptorPressureMetrics.class);
			assertThat(context).doesNotHaveBean(FileDescriptorHealthIndicator.class);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.health.filedescriptors.enabled=false",
			"management.health.file-descriptors.enabled=false", "management.health.defaults.enabled=false" })
	void theHealthCanBeTurnedOff(String property) {
		this.guarded.withPropertyValues(property).run((context) -> {
			assertThat(context).hasSingleBean(FileDescriptorPressure.class);
			assertThat(context).doesNotHaveBean(FileDescriptorHealthIndicator.class);
		});
	}

	@Test
	void theHealthBacksOffForOneOfTheUser() {
		HealthIndicator own = () -> Health.up().build();
		this.guarded.withBean("fileDescriptorsHealthIndicator", HealthIndicator.class, () -> own)
			.run((context) -> assertThat(
					context.getBean(HealthContributorRegistry.class).getContributor("fileDescriptors"))
				.isSameAs(own));
	}

	@Test
	void nothingIsThereWhenHardeningIsDisabled() {
		this.guarded.withPropertyValues("hardened.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(FileDescriptorPressure.class);
			assertThat(context).doesNotHaveBean(FileDescriptorPressureMetrics.class);
			assertThat(context).doesNotHaveBean(FileDescriptorHealthIndicator.class);
			assertThat(context).doesNotHaveBean(FileDescriptors.class);
			assertThat(context).doesNotHaveBean(FileDescriptorMetrics.class);
			assertThat(context).doesNotHaveBean(FileDescriptorsEndpoint.class);
		});
	}

	@Test
	void theEndpointIsOnlyThereWhenExposed() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=info").run((context) -> {
			assertThat(context).hasSingleBean(FileDescriptors.class);
			assertThat(context).doesNotHaveBean(FileDescriptorsEndpoint.class);
		});
	}

	@Test
	void theEndpointIsAbsentWithoutAccess() {
		this.runner.withPropertyValues("management.endpoint.filedescriptors.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(FileDescriptorsEndpoint.class));
	}

	@Test
	void theMeterIsAbsentWithoutARegistry() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(FileDescriptorAutoConfiguration.class,
					FileDescriptorMetricsAutoConfiguration.class))
			.run((context) -> {
				assertThat(context).hasSingleBean(FileDescriptors.class);
				assertThat(context).doesNotHaveBean(FileDescriptorMetrics.class);
			});
	}

	@Test
	void micrometerIsOptional() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(FileDescriptorAutoConfiguration.class,
					FileDescriptorMetricsAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(FileDescriptors.class);
				assertThat(context).doesNotHaveBean(FileDescriptorMetricsAutoConfiguration.class);
			});
	}

	@Test
	void actuatorIsOptional() {
		new WebApplicationContextRunner().withUserConfiguration(ImportedByName.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.withPropertyValues(EXPOSED)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(FileDescriptors.class);
				assertThat(context).hasSingleBean(FileDescriptorPressure.class);
				assertThat(context).doesNotHaveBean("fileDescriptorsEndpoint");
				assertThat(context).doesNotHaveBean("fileDescriptorsHealthIndicator");
			});
	}

	@Test
	void nothingIsThereWhereThePlatformDoesNotCount() {
		this.guarded.withClassLoader(new FilteredClassLoader(UnixOperatingSystemMXBean.class)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context).doesNotHaveBean(FileDescriptorPressure.class);
			assertThat(context).doesNotHaveBean(FileDescriptorHealthIndicator.class);
			assertThat(context).doesNotHaveBean(FileDescriptors.class);
			assertThat(context).doesNotHaveBean(FileDescriptorMetrics.class);
			assertThat(context).doesNotHaveBean(FileDescriptorsEndpoint.class);
		});
	}

	private static FileDescriptorPressure pressure(ApplicationContext context) {
		return context.getBean(FileDescriptorPressure.class);
	}

	/**
	 * Has its classes read as Spring Boot reads them, without loading them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ UndertowAutoConfiguration.class, FileDescriptorAutoConfiguration.class,
			FileDescriptorEndpointAutoConfiguration.class, FileDescriptorHealthAutoConfiguration.class })
	static class ImportedByName {

	}

}
