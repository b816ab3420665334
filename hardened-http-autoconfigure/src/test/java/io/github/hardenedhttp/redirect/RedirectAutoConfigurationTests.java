package io.github.hardenedhttp.redirect;

import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class RedirectAutoConfigurationTests {

	private static final AutoConfigurations ROOMS = AutoConfigurations.of(UndertowAutoConfiguration.class,
			RedirectAutoConfiguration.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner().withConfiguration(ROOMS);

	@Test
	void appliesToServletApplications() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(RedirectServer.class));
	}

	@Test
	void appliesToWebFluxApplications() {
		new ReactiveWebApplicationContextRunner().withConfiguration(ROOMS)
			.run((context) -> assertThat(context).hasSingleBean(RedirectServer.class));
	}

	@Test
	void isAbsentWithoutAWebApplication() {
		new ApplicationContextRunner().withConfiguration(ROOMS)
			.run((context) -> assertThat(context).doesNotHaveBean(RedirectServer.class));
	}

	@Test
	void isAbsentWithoutUndertow() {
		this.runner.withClassLoader(new FilteredClassLoader(Undertow.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("redirectServer"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "hardened.enabled=false", "hardened.redirect.enabled=false" })
	void isAbsentWhenDisabled(String property) {
		this.runner.withPropertyValues(property, "hardened.redirect.port=0", "hardened.tls.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("redirectServer"));
	}

	@Test
	void doesNotListenInAContextWithoutAServer() {
		this.runner.withPropertyValues("hardened.redirect.port=0")
			.run((context) -> assertThat(context.getBean(RedirectServer.class).isRunning()).isFalse());
	}

	@ParameterizedTest
	@CsvSource({ "8443, true,", "443, true, 80", "443, false,", "8443, TRUE," })
	void thePortFollowsThePortOfTheServer(String serverPort, String tls, Integer port) {
		this.runner.withPropertyValues("server.port=" + serverPort, "hardened.tls.enabled=" + tls)
			.run((context) -> assertThat(context.getBean(RedirectPolicy.class).port()).isEqualTo(port));
	}

	@ParameterizedTest
	@CsvSource({ "hardened.redirect.port=8443, server.port=8443", "hardened.redirect.port=8080, a=b",
			"hardened.redirect.port=0, hardened.tls.enabled=false", "hardened.redirect.port=70000, a=b",
			"hardened.redirect.status=200, a=b", "hardened.redirect.allowed-hosts[0]=https://a.example, a=b" })
	void whatCannotBeStopsTheStart(String property, String other) {
		this.runner.withPropertyValues(property, other)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining(property.substring(0, property.indexOf('=')).replace("[0]", "")));
	}

}
