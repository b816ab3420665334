package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * How long a client may keep the server waiting.
 * <p>
 * ("read" stands before "readHeader" here: the metadata takes the first parameter whose
 * name begins so.)
 *
 * @param handshake Time from accept to the end of the TLS handshake.
 * @param read Time a request may keep the server waiting for its body, in all, beyond
 * what the minimum rate allows.
 * @param readHeader Time for a request header: for the first one from the end of the
 * handshake, for later ones from their first byte. Stops Slowloris.
 * @param minReadRate Bytes per second with which a request body earns further patience;
 * 0B for none.
 * @param write Time a client may keep the server waiting while a response is sent, in
 * all, beyond what the minimum rate allows.
 * @param minWriteRate Bytes per second with which a client that takes a response earns
 * further patience; 0B for none.
 * @param total Time from the end of a request header to the end of the response, whatever
 * the reason. Unset for no limit.
 * @param idle Time between two requests on one connection.
 * @param upgradedIdle Time without a byte in either direction on a connection that left
 * HTTP, such as a WebSocket.
 * @param bodyBuffer Size of a request body, or of the beginning of a longer one, that is
 * read before the request takes a worker thread; 0B to take one at once. Servlet
 * applications only.
 * @param maxWaitingWorkers Number of worker threads there may be in addition, for those
 * that wait for slow clients. Servlet applications only.
 * @param paths Other times for certain paths. The first pattern that matches wins.
 */
@ConfigurationProperties("hardened.timeout")
public record TimeoutProperties(@DefaultValue("10s") Duration handshake, @DefaultValue("10s") Duration readHeader,
		@DefaultValue("5s") Duration read, @DefaultValue("240B") DataSize minReadRate,
		@DefaultValue("10s") Duration write, @DefaultValue("240B") DataSize minWriteRate, @Nullable Duration total,
		@DefaultValue("120s") Duration idle, @DefaultValue("5m") Duration upgradedIdle,
		@DefaultValue("64KB") DataSize bodyBuffer, @DefaultValue("200") int maxWaitingWorkers,
		@DefaultValue List<PathTimeouts> paths) {

	private static final DataSize LARGEST_BODY_BUFFER = DataSize.ofMegabytes(16);

	private static final int DESCRIPTORS_PER_WAITING_WORKER = 16;

	private static final int MOST_WAITING_TURNS = 1000;

	private static final int FEWEST_WAITING_TURNS = 8;

	/**
	 * Times for the requests of certain paths. What is not set is as for all other
	 * requests.
	 *
	 * @param pattern Pattern of the path, as in Spring's PathPattern.
	 * @param read Time a request may keep the server waiting for its body.
	 * @param minReadRate Bytes per second with which a request body earns further
	 * patience.
	 * @param write Time a client may keep the server waiting while a response is sent.
	 * @param minWriteRate Bytes per second with which a client that takes a response
	 * earns further patience.
	 * @param total Time from the end of a request header to the end of the response.
	 */
	public record PathTimeouts(@Nullable String pattern, @Nullable Duration read, @Nullable DataSize minReadRate,
			@Nullable Duration write, @Nullable DataSize minWriteRate, @Nullable Duration total) {

	}

	ConnectionTimeouts toConnectionTimeouts() {
		return new ConnectionTimeouts(positive("handshake", this.handshake), positive("read-header", this.readHeader),
				positive("idle", this.idle), positive("upgraded-idle", this.upgradedIdle));
	}

	RequestTimeouts toRequestTimeouts() {
		return new RequestTimeouts(positive("read", this.read), rate("min-read-rate", this.minReadRate),
				positive("write", this.write), rate("min-write-rate", this.minWriteRate),
				(this.total != null) ? positive("total", this.total) : null);
	}

	private static Duration positive(String key, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw new InvalidConfigurationPropertyValueException("hardened.timeout." + key, value,
					"A connection without a deadline can be held for ever. Set a time longer than 0.");
		}
		return value;
	}

	private static long rate(String key, DataSize value) {
		if (value.isNegative()) {
			throw new InvalidConfigurationPropertyValueException("hardened.timeout." + key, value,
					"A rate cannot be negative. Set it to '0B' to give no patience for what has arrived.");
		}
		return value.toBytes();
	}

	int toBodyBuffer() {
		if (this.bodyBuffer.isNegative() || this.bodyBuffer.compareTo(LARGEST_BODY_BUFFER) > 0) {
			throw new InvalidConfigurationPropertyValueException("hardened.timeout.body-buffer", this.bodyBuffer,
					"It is held in memory for every slow client. Set it between '0B' and '%s'."
						.formatted(LARGEST_BODY_BUFFER));
		}
		return (int) this.bodyBuffer.toBytes();
	}

	/**
	 * How many workers there may be in addition. Each waits with a connection that makes
	 * room for nobody, so they are fewer where descriptors are few: one for 16.
	 * @param maxDescriptors how many descriptors the process may have; less than 1 if
	 * there is no limit
	 * @return the number of threads
	 */
	int toMaxWaitingWorkers(long maxDescriptors) {
		if (this.maxWaitingWorkers < 0) {
			throw new InvalidConfigurationPropertyValueException("hardened.timeout.max-waiting-workers",
					this.maxWaitingWorkers, "It cannot be negative. Set it to 0 for no additional threads.");
		}
		return (maxDescriptors < 1) ? this.maxWaitingWorkers
				: (int) Math.min(this.maxWaitingWorkers, maxDescriptors / DESCRIPTORS_PER_WAITING_WORKER);
	}

	/**
	 * How many requests may wait for their turn, each with a connection: no more than
	 * half of the connections there are by default where descriptors are few.
	 * @param maxDescriptors how many descriptors the process may have; less than 1 if
	 * there is no limit
	 * @return the number of requests
	 */
	static int toMaxWaitingTurns(long maxDescriptors) {
		long share = (maxDescriptors < 1) ? MOST_WAITING_TURNS : maxDescriptors * 2 / 5 - 128;
		return (int) Math.max(FEWEST_WAITING_TURNS, Math.min(share, MOST_WAITING_TURNS));
	}

	PathRequestTimeouts toPathTimeouts() {
		PathRequestTimeouts.Builder builder = new PathRequestTimeouts.Builder(toRequestTimeouts());
		for (int index = 0; index < this.paths.size(); index++) {
			PathTimeouts path = this.paths.get(index);
			String key = "paths[" + index + "].";
			RequestTimeouts all = toRequestTimeouts();
			builder.add("hardened.timeout." + key + "pattern", path.pattern(),
					new RequestTimeouts((path.read() != null) ? positive(key + "read", path.read()) : all.read(),
							(path.minReadRate() != null) ? rate(key + "min-read-rate", path.minReadRate())
									: all.minReadRate(),
							(path.write() != null) ? positive(key + "write", path.write()) : all.write(),
							(path.minWriteRate() != null) ? rate(key + "min-write-rate", path.minWriteRate())
									: all.minWriteRate(),
							(path.total() != null) ? positive(key + "total", path.total()) : all.total()));
		}
		return builder.build();
	}

}
