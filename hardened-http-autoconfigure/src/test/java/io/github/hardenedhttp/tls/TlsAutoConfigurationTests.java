package io.github.hardenedhttp.tls;

import io.undertow.Undertow;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class TlsAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATION = AutoConfigurations.of(TlsAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATION);

	@Test
	void thePolicyIsThatOfTheProperties() {
		this.servlet.withPropertyValues("hardened.tls.profile=modern")
			.run((context) -> assertThat(context.getBean(ServerTls.class).policy().profile())
				.isEqualTo(TlsProfile.MODERN));
	}

	@Test
	void reactiveApplicationsHaveItToo() {
		new ReactiveWebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATION)
			.run((context) -> assertThat(context).hasSingleBean(ServerTls.class)
				.hasSingleBean(UndertowTlsCustomizer.class));
	}

	@Test
	void withoutTlsOnlyTheCheckForContradictionsIsThere() {
		this.servlet.withPropertyValues("hardened.tls.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ServerTls.class)
				.hasSingleBean(UndertowTlsCustomizer.class));
	}

	@Test
	void nothingIsThereWhenHardeningIsOff() {
		this.servlet.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(UndertowTlsCustomizer.class));
	}

	@Test
	void nothingIsThereWithoutUndertowOrAWebServer() {
		this.servlet.withClassLoader(new FilteredClassLoader(Undertow.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(UndertowTlsCustomizer.class));
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATION)
			.run((context) -> assertThat(context).doesNotHaveBean(UndertowTlsCustomizer.class));
	}

}
