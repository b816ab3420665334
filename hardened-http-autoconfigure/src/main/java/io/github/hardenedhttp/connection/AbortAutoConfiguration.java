package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Makes {@link AbortExchangeException} known to every layer that could mistake it for an
 * error.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class AbortAutoConfiguration {

	@Bean
	ExchangeAbort exchangeAbort(Guard guard) {
		return new ExchangeAbort(guard);
	}

	@Bean
	RequestHandler abortRequestHandler(ExchangeAbort abort) {
		return new RequestHandler(HandlerOrder.ABORT, (next) -> new AbortHandler(abort, next));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Servlet {

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> abortExceptionHandlerCustomizer(
				ExchangeAbort abort) {
			// Beans of the application come first where the order is the same, so an
			// exception handler it sets is there already.
			return (factory) -> factory
				.addDeploymentInfoCustomizers((deployment) -> UndertowAbortExceptionHandler.addTo(deployment, abort));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(WebMvcConfigurer.class)
	static class Mvc {

		@Bean
		WebMvcConfigurer abortMvcConfigurer(ExchangeAbort abort) {
			return new MvcAbort(abort);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class Reactive {

		@Bean
		WebExceptionHandler abortWebExceptionHandler(ExchangeAbort abort) {
			return new ReactiveAbort(abort);
		}

	}

}
