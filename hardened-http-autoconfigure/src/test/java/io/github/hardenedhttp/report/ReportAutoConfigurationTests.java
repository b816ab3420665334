package io.github.hardenedhttp.report;

import io.github.hardenedhttp.checks.ChecksAutoConfiguration;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class ReportAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATION = AutoConfigurations.of(UndertowAutoConfiguration.class,
			ChecksAutoConfiguration.class, EndpointAutoConfiguration.class, ReportAutoConfiguration.class,
			ReportEndpointAutoConfiguration.class);

	private static final String EXPOSED = "management.endpoints.web.exposure.include=hardening";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATION);

	@Test
	void theEndpointIsThereWhereItIsExposed() {
		this.runner.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).hasSingleBean(HardeningEndpoint.class)
				.hasSingleBean(SelfTests.class));
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(HardeningEndpoint.class)
			.hasSingleBean(HardeningReports.class));
		new ReactiveWebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATION)
			.withPropertyValues(EXPOSED)
			.run((context) -> assertThat(context).hasSingleBean(HardeningEndpoint.class));
	}

	@Test
	void theSelfTestCanBeSwitchedOff() {
		this.runner.withPropertyValues(EXPOSED, "hardened.checks.self-test=false")
			.run((context) -> assertThat(context).hasSingleBean(HardeningEndpoint.class)
				.doesNotHaveBean(SelfTests.class));
	}

	@Test
	void nothingIsThereWhenHardeningIsOff() {
		this.runner.withPropertyValues(EXPOSED, "hardened.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(HardeningEndpoint.class)
				.doesNotHaveBean(HardeningReports.class));
	}

	@Test
	void actuatorIsOptional() {
		new WebApplicationContextRunner().withUserConfiguration(ImportedByName.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(HardeningReports.class));
	}

	/**
	 * As Boot does it: the class is not loaded before its conditions are.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ UndertowAutoConfiguration.class, ChecksAutoConfiguration.class,
			ReportAutoConfiguration.class, ReportEndpointAutoConfiguration.class })
	static class ImportedByName {

	}

}
