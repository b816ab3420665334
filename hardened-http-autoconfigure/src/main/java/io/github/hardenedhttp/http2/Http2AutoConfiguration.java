package io.github.hardenedhttp.http2;

import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.annotation.Bean;

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

}
