package io.github.hardenedhttp.management;

import java.net.InetAddress;

import io.github.hardenedhttp.undertow.GuardMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Binds the management server to the loopback address where
 * {@code management.server.address} is not set. Spring Boot's default is every address of
 * the machine.
 */
final class ManagementAddressCustomizer implements WebServerFactoryCustomizer<ConfigurableWebServerFactory> {

	private static final Log logger = LogFactory.getLog(ManagementAddressCustomizer.class);

	private final ManagementServerProperties properties;

	private final GuardMode mode;

	ManagementAddressCustomizer(ManagementServerProperties properties, GuardMode mode) {
		this.properties = properties;
		this.mode = mode;
	}

	@Override
	public void customize(ConfigurableWebServerFactory factory) {
		if (this.properties.getAddress() != null) {
			return;
		}
		InetAddress loopback = InetAddress.getLoopbackAddress();
		if (this.mode == GuardMode.OBSERVE) {
			logger.info(
					"The management server listens on all addresses; 'hardened.mode=enforce' would bind it to %s, since 'management.server.address' is not set"
						.formatted(loopback.getHostAddress()));
			return;
		}
		factory.setAddress(loopback);
		logger.info("The management server listens on %s only, since 'management.server.address' is not set"
			.formatted(loopback.getHostAddress()));
	}

}
