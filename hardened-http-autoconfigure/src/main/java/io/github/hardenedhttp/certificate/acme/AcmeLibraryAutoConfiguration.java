package io.github.hardenedhttp.certificate.acme;

import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Refuses to start without the library that certificates are to be ordered with.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnMissingClass("org.shredzone.acme4j.Session")
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@ConditionalOnProperty("hardened.acme.enabled")
public final class AcmeLibraryAutoConfiguration {

	/**
	 * Made before the server is, like all customizers.
	 */
	@Bean
	WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> acmeLibraryFirst() {
		throw new InvalidConfigurationPropertyValueException("hardened.acme.enabled", true,
				"It needs acme4j: replace 'io.github.hardenedhttp:hardened-http-spring-boot-starter' by "
						+ "'io.github.hardenedhttp:hardened-http-acme-spring-boot-starter', which brings it.");
	}

}
