package io.github.hardenedhttp.management;

import io.github.hardenedhttp.undertow.HardenedProperties;
import io.undertow.Undertow;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Hardens the management server. Its context is a child of the application's, to which
 * Spring Boot applies no customizer of the application.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnClass(Undertow.class)
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@Import(RoomsOfTheApplication.class)
public class ManagementServerConfiguration {

	@Bean
	ManagementAddressCustomizer managementAddressCustomizer(ManagementServerProperties management,
			HardenedProperties hardened) {
		return new ManagementAddressCustomizer(management, hardened.mode());
	}

}
