package io.github.hardenedhttp.exposure;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HardenedProperties;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Keeps actuator endpoints off the public port, where Actuator is used.
 */
@AutoConfiguration(after = { UndertowAutoConfiguration.class, WebEndpointAutoConfiguration.class })
@ConditionalOnWebApplication
@ConditionalOnClass({ PathMappedEndpoints.class, WebEndpointAutoConfiguration.class })
@ConditionalOnBean({ Guard.class, PathMappedEndpoints.class })
@EnableConfigurationProperties(ExposureProperties.class)
public final class ManagementExposureAutoConfiguration {

	@Bean
	PublicEndpoints publicEndpoints(ObjectProvider<PathMappedEndpoints> endpoints, Environment environment) {
		return new PublicEndpoints(endpoints, environment);
	}

	@Bean
	ManagementExposureCheck managementExposureCheck(ExposureProperties properties, PublicEndpoints endpoints,
			HardenedProperties hardenedProperties, Environment environment) {
		return new ManagementExposureCheck(properties.management(), endpoints, hardenedProperties.mode(), environment);
	}

	/**
	 * Endpoints may need the servlet context, so it is there when they are made.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Servlet {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		ServletContextInitializer managementExposureFirst(ManagementExposureCheck check) {
			return (servletContext) -> check.beforeServer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class Reactive {

		@Bean
		WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> managementExposureFirst(
				ManagementExposureCheck check) {
			return (factory) -> check.beforeServer();
		}

	}

}
