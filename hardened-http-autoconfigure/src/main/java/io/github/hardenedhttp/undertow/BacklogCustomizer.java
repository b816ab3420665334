package io.github.hardenedhttp.undertow;

import org.xnio.Options;

import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Asks for the longest queue that Linux gives by default. Whoever finds it full is not
 * told: the kernel drops the SYN, and the client comes again after a second, then after
 * two more. Undertow asks for 1,000, which two thousand clients that are cut, and all
 * come back, fill at once. The kernel shortens it to {@code net.core.somaxconn}.
 * <p>
 * Earlier than Boot's own customizer: {@code server.undertow.options.socket.backlog}
 * still decides.
 */
final class BacklogCustomizer implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory>, Ordered {

	static final int BACKLOG = 4096;

	@Override
	public int getOrder() {
		return -1;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		factory.addBuilderCustomizers((builder) -> builder.setSocketOption(Options.BACKLOG, BACKLOG));
	}

}
