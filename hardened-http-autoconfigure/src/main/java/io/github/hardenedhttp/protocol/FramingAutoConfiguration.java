package io.github.hardenedhttp.protocol;

import io.github.hardenedhttp.http2.Http2Judges;
import io.github.hardenedhttp.http2.Http2Properties;
import io.github.hardenedhttp.undertow.PlaintextJudges;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Reads along what is said on each connection, before Undertow's parser does.
 */
@AutoConfiguration(before = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ ProtocolProperties.class, Http2Properties.class, ServerProperties.class })
public final class FramingAutoConfiguration {

	// A few too many get an answer from a handler.
	private static final int ANSWERED_FIELDS = 20;

	// Undertow takes no more of a name (HeaderValues#addLast).
	private static final int MAX_CRUMBS = 127;

	@Bean
	ProtocolLimits protocolLimits(ProtocolProperties properties, ServerProperties server, Environment environment) {
		return ProtocolLimits.of(properties, server, environment);
	}

	@Bean
	PlaintextJudges plaintextJudges(ProtocolProperties protocol, ProtocolLimits limits, Http2Properties http2) {
		boolean strict = protocol.strictFraming();
		Http2Judges http2Judges = new Http2Judges(http2, limits.head(), limits.headers() + ANSWERED_FIELDS,
				Math.min(MAX_CRUMBS, limits.cookies() + ANSWERED_FIELDS), limits.frame(), limits.headerTable());
		return (connection, beginsWithHttp2) -> {
			if (beginsWithHttp2) {
				return http2Judges.judge(connection, Http2Judges.PREFACE);
			}
			// With TLS, HTTP/2 is agreed on in the handshake (RFC 9113, section 3.2).
			Http1Framing framing = strict ? new Http1Framing(limits.head(), limits.headers(), !connection.isTls())
					: null;
			return new HttpJudge(connection, framing, http2Judges);
		};
	}

}
