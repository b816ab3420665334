package io.github.hardenedhttp.connection;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What can be set about connections.
 *
 * @param tcpKeepAlive TCP keep-alive.
 */
@ConfigurationProperties("hardened.connection")
public record ConnectionProperties(@DefaultValue TcpKeepAlive tcpKeepAlive) {

	/**
	 * How the operating system looks for clients that have vanished.
	 *
	 * @param idle Time without traffic after which the first probe is sent, in whole
	 * seconds.
	 * @param interval Time between two probes, in whole seconds.
	 * @param count Number of unanswered probes after which the connection is given up.
	 */
	public record TcpKeepAlive(@DefaultValue("15s") Duration idle, @DefaultValue("15s") Duration interval,
			@DefaultValue("9") int count) {

		private static final String PREFIX = "hardened.connection.tcp-keep-alive.";

		// What Linux takes (net/ipv4/tcp.c: MAX_TCP_KEEPIDLE, MAX_TCP_KEEPCNT).

		private static final int MAX_SECONDS = 32767;

		private static final int MAX_COUNT = 127;

		TcpKeepAliveCustomizer toCustomizer() {
			if (this.count < 1 || this.count > MAX_COUNT) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + "count", this.count,
						"Must be a number from 1 to %d.".formatted(MAX_COUNT));
			}
			return new TcpKeepAliveCustomizer(seconds("idle", this.idle), seconds("interval", this.interval),
					this.count);
		}

		private static int seconds(String key, Duration value) {
			if (value.toSeconds() < 1 || value.toSeconds() > MAX_SECONDS || value.getNano() != 0) {
				throw new InvalidConfigurationPropertyValueException(PREFIX + key, value,
						"Must be a whole number of seconds from 1 to %d.".formatted(MAX_SECONDS));
			}
			return (int) value.toSeconds();
		}

	}

}
