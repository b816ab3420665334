package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.ListeningSocketCustomizer;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.annotation.Bean;

/**
 * Sets what connections have in common.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ConnectionProperties.class)
public final class ConnectionAutoConfiguration {

	@Bean
	ListeningSocketCustomizer tcpKeepAliveCustomizer(ConnectionProperties properties) {
		return properties.tcpKeepAlive().toCustomizer();
	}

}
