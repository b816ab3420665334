package io.github.hardenedhttp;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Stops the start of a server when a {@code hardened.*} property does not exist.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class KnownPropertiesAutoConfiguration {

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	WebServerFactoryCustomizer<ConfigurableWebServerFactory> knownPropertiesCheck(Environment environment) {
		return (factory) -> KnownProperties.load().check(ConfigurationPropertySources.get(environment));
	}

}
