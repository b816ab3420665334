package io.github.hardenedhttp.connection;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Adds the endpoint {@code connections} where Actuator is used and the endpoint is
 * exposed.
 */
@AutoConfiguration(after = ConnectionAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(ConnectionsEndpoint.class)
@ConditionalOnBean(ConnectionLedger.class)
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class ConnectionEndpointAutoConfiguration {

	@Bean
	ConnectionsEndpoint connectionsEndpoint(ServerBooks books) {
		return new ConnectionsEndpoint(books);
	}

}
