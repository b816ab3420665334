package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.hardenedhttp.undertow.Client;

/**
 * The clients that were cut a moment ago because a thread had waited for them too long.
 * They are forgotten after a minute, and the oldest when there are too many. Thread-safe;
 * while there are none, it costs one volatile read to ask.
 */
final class SlowClients {

	static final Duration MEMORY = Duration.ofMinutes(1);

	static final int MOST = 10_000;

	private static final long MEMORY_NANOS = MEMORY.toNanos();

	// The oldest first.
	private final Map<Client, Long> cutAt = new LinkedHashMap<>();

	private volatile boolean empty = true;

	/**
	 * A client was cut.
	 * @param client whom to remember
	 * @param now the time, in nanoseconds of one monotonic clock
	 */
	synchronized void remember(Client client, long now) {
		this.cutAt.remove(client);
		this.cutAt.put(client, now);
		forget(now);
	}

	/**
	 * Whether a client was cut a moment ago.
	 * @param client who
	 * @param now the time
	 * @return whether it is remembered
	 */
	boolean contains(Client client, long now) {
		if (this.empty) {
			return false;
		}
		synchronized (this) {
			forget(now);
			return this.cutAt.containsKey(client);
		}
	}

	boolean isEmpty() {
		return this.empty;
	}

	private void forget(long now) {
		Iterator<Long> times = this.cutAt.values().iterator();
		while (times.hasNext() && (now - times.next() >= MEMORY_NANOS || this.cutAt.size() > MOST)) {
			times.remove();
		}
		this.empty = this.cutAt.isEmpty();
	}

}
