package io.github.hardenedhttp.timeout;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.env.Environment;

/**
 * Turns off the one timer Undertow sets by itself ({@code NO_REQUEST_TIMEOUT}, 60 s),
 * which would end connections before {@code hardened.timeout.idle}. Timers a user has set
 * stay, and a word in the log says that the shorter one wins.
 */
final class UndertowTimeoutCustomizer implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> {

	private static final Log logger = LogFactory.getLog(UndertowTimeoutCustomizer.class);

	private static final String NO_REQUEST_TIMEOUT = "server.undertow.no-request-timeout";

	static final String IDLE_TIMEOUT = "server.undertow.options.socket.idle-timeout";

	static final String READ_TIMEOUT = "server.undertow.options.socket.read-timeout";

	private final Environment environment;

	UndertowTimeoutCustomizer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		factory.addBuilderCustomizers(this::customize);
		warnIfSet(IDLE_TIMEOUT, "keeps Undertow from releasing threads that wait to write");
		warnIfSet(READ_TIMEOUT, "ends HTTP/2 connections whose handlers are still working");
	}

	private void customize(Undertow.Builder builder) {
		if (this.environment.containsProperty(NO_REQUEST_TIMEOUT)) {
			logger.info("'%s' is set: the shorter of it and 'hardened.timeout.idle' ends an idle connection"
				.formatted(NO_REQUEST_TIMEOUT));
		}
		else {
			builder.setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, -1);
		}
	}

	private void warnIfSet(String key, String consequence) {
		if (this.environment.containsProperty(key)) {
			logger
				.warn("'%s' is set: it %s. Remove it, 'hardened.timeout.*' does its work".formatted(key, consequence));
		}
	}

}
