package io.github.hardenedhttp.filedescriptor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

@DisabledOnOs(OS.WINDOWS)
class FileDescriptorAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=filedescriptors";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FileDescriptorAutoConfiguration.class,
				FileDescriptorMetricsAutoConfiguration.class, FileDescriptorEndpointAutoConfiguration.class,
				EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class, MetricsAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withPropertyValues(EXPOSED);

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
	void nothingIsThereWhenHardeningIsDisabled() {
		this.runner.withPropertyValues("hardened.enabled=false").run((context) -> {
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
				assertThat(context).doesNotHaveBean("fileDescriptorsEndpoint");
			});
	}

	@Test
	void nothingIsThereWhereThePlatformDoesNotCount() {
		this.runner.withClassLoader(new FilteredClassLoader(UnixOperatingSystemMXBean.class)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context).doesNotHaveBean(FileDescriptors.class);
			assertThat(context).doesNotHaveBean(FileDescriptorMetrics.class);
			assertThat(context).doesNotHaveBean(FileDescriptorsEndpoint.class);
		});
	}

	/**
	 * Has its classes read as Spring Boot reads them, without loading them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ FileDescriptorAutoConfiguration.class, FileDescriptorEndpointAutoConfiguration.class })
	static class ImportedByName {

	}

}
