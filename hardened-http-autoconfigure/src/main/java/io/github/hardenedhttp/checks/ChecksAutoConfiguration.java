package io.github.hardenedhttp.checks;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HardenedProperties;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Looks at the versions of the server's libraries before there is a server.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnBean(Guard.class)
@EnableConfigurationProperties(ChecksProperties.class)
public final class ChecksAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	UndertowVersions undertowVersions() {
		// Where the server itself comes from, whatever else the application loads.
		return UndertowVersions.of(UndertowPart.versions(Undertow.class.getClassLoader()));
	}

	@Bean
	WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> undertowVersionFirst(UndertowVersions versions,
			ChecksProperties properties, HardenedProperties hardenedProperties) {
		UndertowVersionCheck check = new UndertowVersionCheck(versions, properties.undertowVersion(),
				hardenedProperties.mode());
		return (factory) -> check.check();
	}

	@Bean
	HardeningChecks serverHardeningChecks(UndertowVersions versions, ChecksProperties properties,
			HardenedProperties hardened, ServerProperties server) {
		return new ServerChecks(hardened.mode(), versions, properties.undertowVersion(),
				server.getUndertow().getOptions());
	}

}
