package io.github.hardenedhttp;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Stops the start of a server when a {@code hardened.*} property does not exist.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class KnownPropertiesAutoConfiguration {

	@Bean
	Check knownPropertiesCheck(Environment environment) {
		return new Check(environment);
	}

	/**
	 * Runs before everything else that is done to the server: what the others miss may be
	 * what was misspelt.
	 */
	record Check(Environment environment) implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

		@Override
		public void customize(ConfigurableWebServerFactory factory) {
			KnownProperties.load().check(ConfigurationPropertySources.get(this.environment));
		}

	}

}
