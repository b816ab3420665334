package io.github.hardenedhttp.hsts;

import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.undertow.Undertow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class HstsAutoConfigurationTests {

	private final AutoConfigurations configurations = AutoConfigurations.of(HstsAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(this.configurations);

	@Test
	void aServletApplicationGetsTheHandlerInItsPlace() {
		this.servlet.run((context) -> assertThat(context.getBean(RequestHandler.class).place())
			.isEqualTo(HandlerOrder.STRICT_TRANSPORT_SECURITY));
	}

	@Test
	void aReactiveApplicationGetsTheHandlerInItsPlace() {
		new ReactiveWebApplicationContextRunner().withConfiguration(this.configurations)
			.run((context) -> assertThat(context.getBean(RequestHandler.class).place())
				.isEqualTo(HandlerOrder.STRICT_TRANSPORT_SECURITY));
	}

	@Test
	void anApplicationWithoutWebServerGetsNothing() {
		new ApplicationContextRunner().withConfiguration(this.configurations)
			.run((context) -> assertThat(context).doesNotHaveBean(RequestHandler.class));
	}

	@Test
	void withoutUndertowThereIsNothing() {
		this.servlet.withClassLoader(new FilteredClassLoader(Undertow.class))
			.run((context) -> assertThat(context).doesNotHaveBean(HstsAutoConfiguration.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "hardened.enabled", "hardened.tls.enabled", "hardened.hsts.enabled" })
	void itIsOffWhenDisabledAloneWithTlsOrWithEverything(String key) {
		this.servlet.withPropertyValues(key + "=false")
			.run((context) -> assertThat(context).doesNotHaveBean(RequestHandler.class));
	}

	@Test
	void aPromiseThatCannotBeKeptStopsTheStart() {
		this.servlet.withPropertyValues("hardened.hsts.preload=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class));
	}

}
