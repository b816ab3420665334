package io.github.hardenedhttp.protocol;

import java.util.function.LongSupplier;

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

	@Bean
	PlaintextJudges plaintextJudges(ProtocolProperties protocol, Http2Properties http2, ServerProperties server,
			Environment environment) {
		boolean strict = protocol.strictFraming();
		HttpJudge.Limits limits = new HttpJudge.Limits((int) server.getMaxHttpRequestHeaderSize().toBytes(),
				ProtocolLimits.of(protocol, server.getUndertow(), environment).headers(),
				http2.toMaxConcurrentStreams(), http2.toControlFrameRate());
		LongSupplier nanoTime = System::nanoTime;
		return (connection, beginsWithHttp2) -> {
			// With TLS, HTTP/2 is agreed on in the handshake (RFC 9113, section 3.2).
			Http1Framing framing = (strict && !beginsWithHttp2)
					? new Http1Framing(limits.maxHead(), limits.maxFields(), !connection.isTls()) : null;
			HttpJudge judge = new HttpJudge(connection, framing, nanoTime, limits);
			if (beginsWithHttp2) {
				judge.beginHttp2();
			}
			return judge;
		};
	}

}
