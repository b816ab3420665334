package io.github.hardenedhttp.http2;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What an HTTP/2 connection may ask for at a time.
 *
 * @param maxConcurrentStreams Number of requests a connection may have under way at a
 * time.
 * @param controlFrameRate Number of frames a second a connection may send that carry
 * neither a request nor a body, such as PING and SETTINGS. A connection that sends more
 * is a flood and is closed.
 */
@ConfigurationProperties("hardened.http2")
public record Http2Properties(@DefaultValue("100") int maxConcurrentStreams,
		@DefaultValue("128") int controlFrameRate) {

	private static final String PREFIX = "hardened.http2.";

	// The frames of an honest beginning: SETTINGS, its acknowledgement, WINDOW_UPDATE
	// and PRIORITY (Firefox sends one for each of its groups).

	private static final int LEAST_CONTROL_FRAMES = 10;

	/**
	 * The number of requests under way at a time.
	 * @return from 1 on
	 * @throws InvalidConfigurationPropertyValueException if it is less
	 */
	int toMaxConcurrentStreams() {
		if (this.maxConcurrentStreams < 1) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "max-concurrent-streams",
					this.maxConcurrentStreams,
					"A connection needs a stream for each request. Set it to at least 1; RFC 9113 advises 100 or more.");
		}
		return this.maxConcurrentStreams;
	}

	/**
	 * The number of control frames a second.
	 * @return from 10 on
	 * @throws InvalidConfigurationPropertyValueException if it is less
	 */
	int toControlFrameRate() {
		if (this.controlFrameRate < LEAST_CONTROL_FRAMES) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "control-frame-rate", this.controlFrameRate,
					"Every honest client sends several when it connects. Set it to at least %d."
						.formatted(LEAST_CONTROL_FRAMES));
		}
		return this.controlFrameRate;
	}

}
