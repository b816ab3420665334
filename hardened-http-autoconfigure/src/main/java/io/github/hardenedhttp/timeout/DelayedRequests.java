package io.github.hardenedhttp.timeout;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the requests that had to wait for their turn, of all servers of an application
 * together. Thread-safe.
 */
final class DelayedRequests {

	private final LongAdder count = new LongAdder();

	void addOne() {
		this.count.increment();
	}

	long count() {
		return this.count.sum();
	}

}
