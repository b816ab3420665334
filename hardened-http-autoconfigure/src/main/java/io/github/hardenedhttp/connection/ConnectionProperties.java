package io.github.hardenedhttp.connection;

import java.time.Duration;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure;
import io.github.hardenedhttp.undertow.GuardMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * What can be set about connections.
 *
 * @param max Number of connections there may be, or 'auto' for what the limit of file
 * descriptors allows.
 * @param maxPerClient Number of connections an IPv4 address or an IPv6 /64 network may
 * have; 0 for no limit.
 * @param maxAge Time after which a connection is not kept alive any more.
 * @param maxRequests Number of requests after which a connection is not kept alive any
 * more.
 * @param sendBuffer Size of the buffer in which the operating system holds what a client
 * has not taken; 0B for its own choice, which on Linux is up to 4 MB.
 * @param tcpKeepAlive TCP keep-alive.
 */
@ConfigurationProperties("hardened.connection")
public record ConnectionProperties(@DefaultValue("auto") ConnectionCap max, @DefaultValue("0") int maxPerClient,
		@DefaultValue("1h") Duration maxAge, @DefaultValue("1000") int maxRequests,
		@DefaultValue("256KB") DataSize sendBuffer, @DefaultValue TcpKeepAlive tcpKeepAlive) {

	private static final DataSize SMALLEST_SEND_BUFFER = DataSize.ofKilobytes(16);

	private static final DataSize LARGEST_SEND_BUFFER = DataSize.ofMegabytes(64);

	SendBuffer toSendBuffer() {
		long bytes = this.sendBuffer.toBytes();
		if (bytes != 0 && (bytes < SMALLEST_SEND_BUFFER.toBytes() || bytes > LARGEST_SEND_BUFFER.toBytes())) {
			throw new InvalidConfigurationPropertyValueException("hardened.connection.send-buffer", this.sendBuffer,
					"Set it between '%s' and '%s', or to '0B' for the choice of the operating system."
						.formatted(SMALLEST_SEND_BUFFER, LARGEST_SEND_BUFFER));
		}
		return new SendBuffer((int) bytes);
	}

	ConnectionCap toCap() {
		if (this.max.number() != null && this.max.number() < 1) {
			throw new InvalidConfigurationPropertyValueException("hardened.connection.max", this.max,
					"A server without connections serves nobody. Set a number of at least 1, or 'auto'.");
		}
		return this.max;
	}

	int toMaxPerClient() {
		if (this.maxPerClient < 0) {
			throw new InvalidConfigurationPropertyValueException("hardened.connection.max-per-client",
					this.maxPerClient, "It cannot be negative. Set it to 0 for no limit.");
		}
		return this.maxPerClient;
	}

	KeepAlive toKeepAlive(GuardMode mode, @Nullable FileDescriptorPressure descriptors) {
		if (this.maxAge.isZero() || this.maxAge.isNegative()) {
			throw new InvalidConfigurationPropertyValueException("hardened.connection.max-age", this.maxAge,
					"Must be longer than 0: a connection needs time for its first request.");
		}
		if (this.maxRequests < 1) {
			throw new InvalidConfigurationPropertyValueException("hardened.connection.max-requests", this.maxRequests,
					"Must be at least 1. Set it to 1 to close after every response.");
		}
		return new KeepAlive(this.maxAge, this.maxRequests, mode, descriptors);
	}

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
