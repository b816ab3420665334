package io.github.hardenedhttp.undertow;

import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Stops the start when the web server is another one. Boot prefers Tomcat and Jetty to
 * Undertow where several are on the class path.
 */
final class OnlyUndertowCustomizer implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void customize(ConfigurableWebServerFactory factory) {
		if (!(factory instanceof ConfigurableUndertowWebServerFactory)) {
			throw new ForeignWebServerException(factory.getClass().getSimpleName());
		}
	}

}
