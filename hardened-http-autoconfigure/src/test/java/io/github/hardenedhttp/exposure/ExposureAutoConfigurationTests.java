package io.github.hardenedhttp.exposure;

import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class ExposureAutoConfigurationTests {

	private final AutoConfigurations configurations = AutoConfigurations.of(UndertowAutoConfiguration.class,
			ExposureAutoConfiguration.class, ManagementExposureAutoConfiguration.class, EndpointAutoConfiguration.class,
			WebEndpointAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(this.configurations);

	@Test
	void aWebApplicationWithActuatorGetsBoth() {
		this.servlet.run((context) -> assertThat(context).hasSingleBean(ExposedHandlers.class)
			.hasSingleBean(ManagementExposureCheck.class));
	}

	@Test
	void withoutActuatorTheHandlersAreListedAllTheSame() {
		this.servlet.withClassLoader(new FilteredClassLoader(PathMappedEndpoints.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ExposedHandlers.class)
				.doesNotHaveBean(ManagementExposureAutoConfiguration.class));
	}

	@Test
	void withoutSpringMvcTheServletsAreListedAllTheSame() {
		this.servlet.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ServletHandlers.class)
				.doesNotHaveBean(MvcHandlers.class));
	}

	@Test
	void anApplicationWithoutWebServerGetsNothing() {
		new ApplicationContextRunner().withConfiguration(this.configurations)
			.run((context) -> assertThat(context).doesNotHaveBean(ExposedHandlers.class)
				.doesNotHaveBean(ManagementExposureCheck.class));
	}

	@Test
	void itIsOffWithEverything() {
		this.servlet.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ExposedHandlers.class)
				.doesNotHaveBean(ManagementExposureCheck.class));
	}

	@Test
	void whatNobodyLookedAtBeforeTheServerStopsTheStartAllTheSame() {
		// A context of the tests has no server, whose initializers look first.
		this.servlet.withUserConfiguration(ManagementExposureTests.OwnEndpoint.class)
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).getFailure().isInstanceOf(ExposedEndpointsException.class));
	}

	@Test
	void byDefaultEndpointsAreKeptSeparate() {
		this.servlet.run((context) -> assertThat(context.getBean(ExposureProperties.class).management())
			.isEqualTo(ManagementExposure.SEPARATE));
	}

	@Test
	void theyCanBeAllowed() {
		this.servlet.withPropertyValues("hardened.exposure.management=allow")
			.run((context) -> assertThat(context.getBean(ExposureProperties.class).management())
				.isEqualTo(ManagementExposure.ALLOW));
	}

}
