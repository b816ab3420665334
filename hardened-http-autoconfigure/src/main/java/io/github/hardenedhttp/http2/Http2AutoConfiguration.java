package io.github.hardenedhttp.http2;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Says to every HTTP/2 client what it may ask for.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties(Http2Properties.class)
public final class Http2AutoConfiguration {

	@Bean
	UndertowHttp2Customizer undertowHttp2Customizer(Http2Properties properties) {
		return new UndertowHttp2Customizer(properties);
	}

	@Bean
	HardeningChecks http2HardeningChecks(Http2Properties properties, Environment environment) {
		boolean tls = environment.getProperty("hardened.tls.enabled", Boolean.class, true);
		return new Http2Checks(properties, environment.getProperty("server.http2.enabled", Boolean.class, tls));
	}

}
