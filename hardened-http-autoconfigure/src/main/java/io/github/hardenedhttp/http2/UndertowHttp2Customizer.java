package io.github.hardenedhttp.http2;

import io.undertow.UndertowOptions;

import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Advertises what is enforced, and pushes nothing.
 */
final class UndertowHttp2Customizer implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> {

	private final Http2Properties properties;

	UndertowHttp2Customizer(Http2Properties properties) {
		this.properties = properties;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		factory.addBuilderCustomizers((builder) -> builder
			.setServerOption(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
					this.properties.toMaxConcurrentStreams())
			.setServerOption(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false));
	}

}
