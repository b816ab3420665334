package io.github.hardenedhttp.undertow;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what clients have sent waits to be complete, of all connections together.
 * When it is too much, those who have most of it waiting go first, until it is a quarter
 * less. Thread-safe.
 */
final class HeldPlaintext {

	private final long limit;

	private final AtomicLong held = new AtomicLong();

	private final Map<PlaintextGate, Integer> sizes = new ConcurrentHashMap<>();

	/**
	 * Create with a limit.
	 * @param limit the number of bytes from which on connections end
	 */
	HeldPlaintext(long limit) {
		this.limit = limit;
	}

	/**
	 * A gate holds more, or less.
	 * @param gate the gate
	 * @param size how much it holds now
	 */
	void resized(PlaintextGate gate, int size) {
		Integer before = (size > 0) ? this.sizes.put(gate, size) : this.sizes.remove(gate);
		if (this.held.addAndGet(size - ((before != null) ? before : 0)) > this.limit) {
			makeRoom();
		}
	}

	long held() {
		return this.held.get();
	}

	private synchronized void makeRoom() {
		long room = this.held.get() - this.limit + this.limit / 4;
		if (room <= this.limit / 4) {
			return;
		}
		for (Map.Entry<PlaintextGate, Integer> largest : this.sizes.entrySet()
			.stream()
			.map((entry) -> Map.entry(entry.getKey(), entry.getValue()))
			.sorted(Map.Entry.<PlaintextGate, Integer>comparingByValue().reversed())
			.toList()) {
			if (room <= 0) {
				return;
			}
			room -= largest.getValue();
			largest.getKey().connection().end(CloseReason.EVICTED);
			resized(largest.getKey(), 0);
		}
	}

}
