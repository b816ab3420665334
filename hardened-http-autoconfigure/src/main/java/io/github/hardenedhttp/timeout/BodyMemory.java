package io.github.hardenedhttp.timeout;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What is held of bodies that are still arriving or wait for a worker, of all requests
 * together. Thread-safe.
 */
final class BodyMemory {

	private final long limit;

	private final AtomicLong held = new AtomicLong();

	/**
	 * Create with a limit.
	 * @param limit the number of bytes from which on no further body is held
	 */
	BodyMemory(long limit) {
		this.limit = limit;
	}

	/**
	 * More is held, or less.
	 * @param bytes how much more; negative for less
	 */
	void add(long bytes) {
		this.held.addAndGet(bytes);
	}

	boolean isFull() {
		return held() >= this.limit;
	}

	long held() {
		return this.held.get();
	}

}
