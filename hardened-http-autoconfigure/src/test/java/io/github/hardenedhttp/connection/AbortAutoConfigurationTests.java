package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class AbortAutoConfigurationTests {

	private final AutoConfigurations configurations = AutoConfigurations.of(UndertowAutoConfiguration.class,
			AbortAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(this.configurations);

	@Test
	void aServletApplicationGetsTheHandlerInItsPlace() {
		this.servlet.run((context) -> assertThat(context.getBeansOfType(RequestHandler.class).values())
			.extracting(RequestHandler::place)
			.contains(HandlerOrder.ABORT));
	}

	@Test
	void aReactiveApplicationGetsTheHandlerInItsPlace() {
		new ReactiveWebApplicationContextRunner().withConfiguration(this.configurations)
			.run((context) -> assertThat(context.getBeansOfType(RequestHandler.class).values())
				.extracting(RequestHandler::place)
				.contains(HandlerOrder.ABORT));
	}

	@Test
	void withoutUndertowThereIsNothing() {
		this.servlet.withClassLoader(new FilteredClassLoader(Undertow.class))
			.run((context) -> assertThat(context).doesNotHaveBean(AbortAutoConfiguration.class));
	}

	@Test
	void itIsOffWithEverything() {
		this.servlet.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(RequestHandler.class));
	}

}
