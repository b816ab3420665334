package io.github.hardenedhttp.protocol;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;

import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Gives Undertow its limits. Those that have a better answer elsewhere are only a second
 * line here: Undertow leaves out the header fields that are too many, without a word, if
 * they come with HTTP/2 ({@code Http2HeaderBlockParser#emitHeader}), and it ends the
 * connection of a body that is too long.
 */
final class UndertowProtocolCustomizer implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> {

	// Undertow counts names, and among them the four of HTTP/2 that begin with a colon.

	private static final int ROOM_FOR_PSEUDO_HEADERS = 8;

	private static final long UNLIMITED = -1;

	private final ProtocolLimits limits;

	private final Refusal refusal;

	UndertowProtocolCustomizer(ProtocolLimits limits, Refusal refusal) {
		this.limits = limits;
		this.refusal = refusal;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		factory.addBuilderCustomizers(this::customize);
	}

	private void customize(Undertow.Builder builder) {
		builder.setServerOption(UndertowOptions.MAX_COOKIES, this.limits.cookies());
		builder.setServerOption(UndertowOptions.MAX_HEADERS, 2 * this.limits.headers() + ROOM_FOR_PSEUDO_HEADERS);
		// When a connection ends with a response, answers that wait there are lost
		// (HttpReadListener#exchangeComplete).
		builder.setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false);
		if (this.refusal.enforces()) {
			builder.setServerOption(UndertowOptions.MAX_ENTITY_SIZE, UNLIMITED);
		}
	}

}
