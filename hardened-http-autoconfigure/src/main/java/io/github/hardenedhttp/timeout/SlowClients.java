package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.hardenedhttp.undertow.Client;

/**
 * The clients that were cut a moment ago because a thread had waited for them too long.
 * They are forgotten after a minute, and the oldest when there are too many. Whoever has
 * so many requests that end well is forgotten sooner: it is a crowd behind one address, a
 * load balancer above all, and not all of it is slow. Thread-safe; while there are none,
 * it costs one volatile read to ask.
 */
final class SlowClients {

	static final Duration MEMORY = Duration.ofMinutes(1);

	static final int MOST = 10_000;

	static final int ENOUGH = 100;

	private static final long MEMORY_NANOS = MEMORY.toNanos();

	// The oldest first.
	private final Map<Client, Cut> cuts = new LinkedHashMap<>();

	private volatile boolean empty = true;

	/**
	 * A client was cut.
	 * @param client whom to remember
	 * @param now the time, in nanoseconds of one monotonic clock
	 */
	synchronized void remember(Client client, long now) {
		this.cuts.remove(client);
		this.cuts.put(client, new Cut(now));
		forget(now);
	}

	/**
	 * A request has ended well.
	 * @param client whose it was
	 */
	synchronized void served(Client client) {
		Cut cut = this.cuts.get(client);
		if (cut != null && ++cut.served >= ENOUGH) {
			this.cuts.remove(client);
			this.empty = this.cuts.isEmpty();
		}
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
			return this.cuts.containsKey(client);
		}
	}

	boolean isEmpty() {
		return this.empty;
	}

	private void forget(long now) {
		Iterator<Cut> oldestFirst = this.cuts.values().iterator();
		while (oldestFirst.hasNext() && (now - oldestFirst.next().at >= MEMORY_NANOS || this.cuts.size() > MOST)) {
			oldestFirst.remove();
		}
		this.empty = this.cuts.isEmpty();
	}

	private static final class Cut {

		private final long at;

		private int served;

		Cut(long at) {
			this.at = at;
		}

	}

}
