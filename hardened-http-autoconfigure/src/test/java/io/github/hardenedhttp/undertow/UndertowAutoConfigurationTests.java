package io.github.hardenedhttp.undertow;

import io.github.hardenedhttp.testsupport.TestServer;
import io.undertow.Undertow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.boot.web.servlet.server.AbstractServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class UndertowAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATION = AutoConfigurations.of(UndertowAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATION);

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATION);

	@Test
	void aServletApplicationIsGuarded() {
		this.servlet.run((context) -> assertThat(context).hasSingleBean(Guard.class)
			.hasSingleBean(UndertowGuardCustomizer.class)
			.hasSingleBean(UndertowAutoConfiguration.Servlet.class)
			.doesNotHaveBean(UndertowAutoConfiguration.Reactive.class));
	}

	@Test
	void aReactiveApplicationIsGuarded() {
		this.reactive.run((context) -> assertThat(context).hasSingleBean(Guard.class)
			.hasSingleBean(UndertowGuardCustomizer.class)
			.hasSingleBean(UndertowAutoConfiguration.Reactive.class)
			.doesNotHaveBean(UndertowAutoConfiguration.Servlet.class));
	}

	@Test
	void anApplicationWithoutAWebServerIsLeftAlone() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATION)
			.run((context) -> assertThat(context).doesNotHaveBean(Guard.class));
	}

	@Test
	void nothingIsThereWithoutUndertow() {
		this.servlet.withClassLoader(new FilteredClassLoader(Undertow.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Guard.class));
	}

	@Test
	void nothingIsThereWhenHardeningIsOff() {
		this.servlet.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Guard.class));
	}

	@Test
	void anotherWebServerStopsTheStart(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> TestServer.start("spring.main.sources=" + ForeignServer.class.getName()));
		assertThat(output).contains("""
				Description:

				The web server is made by ForeignFactory, but only Undertow is hardened: nothing would be protected.

				Action:

				Remove that bean, so that Spring Boot makes an Undertow server, or set 'hardened.enabled' to false.
				""").doesNotContain("\tat ");
	}

	@Configuration(proxyBeanMethods = false)
	static class ForeignServer {

		@Bean
		ForeignFactory foreignFactory() {
			return new ForeignFactory();
		}

	}

	static final class ForeignFactory extends AbstractServletWebServerFactory {

		@Override
		public WebServer getWebServer(ServletContextInitializer... initializers) {
			throw new AssertionError("the start should have been stopped before");
		}

	}

}
