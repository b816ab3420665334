package io.github.hardenedhttp.management;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HardenedProperties;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.server.Ssl;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Adds the checks of the management port to the report of the application, where Actuator
 * is used.
 */
@AutoConfiguration(after = { UndertowAutoConfiguration.class, ManagementContextAutoConfiguration.class })
@ConditionalOnClass(ManagementServerProperties.class)
@ConditionalOnBean({ Guard.class, ManagementServerProperties.class })
public final class ManagementChecksAutoConfiguration {

	@Bean
	HardeningChecks managementHardeningChecks(ObjectProvider<ManagementServerProperties> server,
			HardenedProperties hardened, Environment environment) {
		ManagementServerProperties properties = server.getObject();
		return new ManagementChecks(ManagementPortType.get(environment), properties.getPort(), properties.getAddress(),
				Ssl.isEnabled(properties.getSsl()), hardened.mode());
	}

}
