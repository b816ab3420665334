package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Checks the limits of connections against the article: "file descriptors are always
 * limited", and "three minutes might be too high" for TCP keep-alive.
 */
final class ConnectionChecks implements HardeningChecks {

	private static final String PREFIX = "hardened.connection.";

	private static final String DESCRIPTORS = "the article, Timeouts";

	private static final String KEEP_ALIVE = "the article, TCP Keep-Alives";

	private final ConnectionProperties properties;

	private final int max;

	private final @Nullable String derivation;

	private final long maxDescriptors;

	private final long taken;

	/**
	 * Create the checks.
	 * @param properties the properties
	 * @param max how many connections there may be
	 * @param derivation from what that follows
	 * @param maxDescriptors how many descriptors there may be; less than 1 for no limit
	 * @param each how many of them a connection takes
	 */
	ConnectionChecks(ConnectionProperties properties, int max, @Nullable String derivation, long maxDescriptors,
			ConnectionDescriptors each) {
		this.properties = properties;
		this.max = max;
		this.derivation = derivation;
		this.maxDescriptors = maxDescriptors;
		this.taken = (long) max * each.number();
	}

	@Override
	public String room() {
		return "connection";
	}

	@Override
	public List<HardeningCheck> checks() {
		return List.of(max(),
				of("max-age", DESCRIPTORS).atMost(this.properties.maxAge(), Duration.ofDays(1), Duration.ofDays(30),
						"Clients come anew now and then, and find what was changed."),
				maxRequests(), maxPerClient(), sendBuffer(), tcpKeepAlive());
	}

	private static HardeningCheck.Subject of(String name, String yardstick) {
		return HardeningCheck.of(name, PREFIX + name, yardstick);
	}

	private HardeningCheck max() {
		HardeningCheck.Subject subject = of("max", DESCRIPTORS).value(this.max).derivedFrom(this.derivation);
		String fix = "Remove '" + PREFIX + "max', or raise the limit of descriptors (systemd: LimitNOFILE).";
		if (this.maxDescriptors < 1) {
			return subject.pass("Nobody can hold all connections.");
		}
		if (this.taken >= this.maxDescriptors) {
			return subject.fail("There are only %d descriptors: they run out before.".formatted(this.maxDescriptors),
					fix);
		}
		return (this.taken > this.maxDescriptors / 10 * 9)
				? subject.warn("Of %d descriptors hardly any are left for files and other sockets."
					.formatted(this.maxDescriptors), fix)
				: subject.pass("There are descriptors for all of them, and for the rest.");
	}

	private HardeningCheck maxRequests() {
		return of("max-requests", DESCRIPTORS).atMost(this.properties.maxRequests(), 100_000, 10_000_000,
				"No connection is used for ever.");
	}

	private HardeningCheck maxPerClient() {
		int perClient = this.properties.maxPerClient();
		HardeningCheck.Subject subject = of("max-per-client", "docs/defaults.md").value(perClient);
		if (perClient == 0) {
			return subject.pass("Whoever holds most goes first when it is full, so no number is needed.");
		}
		return (perClient < 6) ? subject.warn("A browser opens six connections at once over HTTP/1.1.",
				"Set '" + PREFIX + "max-per-client' to 6 or more.") : subject.pass("No client has more.");
	}

	private HardeningCheck sendBuffer() {
		DataSize size = this.properties.sendBuffer();
		HardeningCheck.Subject subject = of("send-buffer", "tcp(7), tcp_wmem").value(size);
		return (size.toBytes() == 0)
				? subject.warn("Linux keeps up to 4 MB for each client that does not read.",
						"Remove '" + PREFIX + "send-buffer'.")
				: subject.atMost(size, DataSize.ofMegabytes(4), DataSize.ofMegabytes(32),
						"What is kept for a client that does not read is bounded.");
	}

	private HardeningCheck tcpKeepAlive() {
		ConnectionProperties.TcpKeepAlive keepAlive = this.properties.tcpKeepAlive();
		Duration gone = keepAlive.idle().plus(keepAlive.interval().multipliedBy(keepAlive.count()));
		return HardeningCheck.of("tcp-keep-alive", PREFIX + "tcp-keep-alive.idle", KEEP_ALIVE)
			.atMost(gone, Duration.ofMinutes(10), Duration.ofHours(2),
					"After this time a client that has vanished is given up.");
	}

}
