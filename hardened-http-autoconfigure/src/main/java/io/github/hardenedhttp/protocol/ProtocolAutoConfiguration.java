package io.github.hardenedhttp.protocol;

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
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Judges what requests look like, and keeps what clients do wrong from looking like an
 * error of the application.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ ProtocolProperties.class, Http2Properties.class })
public final class ProtocolAutoConfiguration {

	@Bean
	RequestHandler requestPathRequestHandler(Guard guard) {
		return new RequestHandler(HandlerOrder.REQUEST_PATH, (next) -> new RequestPathHandler(guard, next));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Servlet {

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> clientFaultHandlerCustomizer(Guard guard) {
			return (factory) -> factory
				.addDeploymentInfoCustomizers((deployment) -> UndertowClientFaultHandler.addTo(deployment, guard));
		}

	}

}
