package io.github.hardenedhttp.timeout;

import java.time.Duration;

/**
 * How long a client may keep somebody waiting, in all. Only waiting is counted; what the
 * client delivers or takes meanwhile pays it back at a minimum rate, but never earns more
 * than was spent: a burst that a kernel buffer swallows must not buy hours.
 * <p>
 * So a client at the minimum rate or faster is never cut, however long it takes, one that
 * stands still is cut after the limit, and one that drips hardly later.
 * <p>
 * Thread-safe: those who wait tell it, and somebody else asks. All times are nanoseconds
 * of one monotonic clock.
 */
final class Patience {

	private static final long NANOS_PER_SECOND = 1_000_000_000;

	private long limit;

	private final long nanosPerByte;

	private long behind;

	private boolean waiting;

	private long waitingSince;

	/**
	 * Create a full patience.
	 * @param limit how far a client may be behind
	 * @param rate the bytes per second that keep it from falling behind; 0 if none do
	 */
	Patience(Duration limit, long rate) {
		this.limit = nanos(limit);
		this.nanosPerByte = (rate > 0) ? NANOS_PER_SECOND / rate : 0;
	}

	/**
	 * Somebody waits from now on. Without effect if somebody already does.
	 * @param now the time
	 */
	synchronized void waitingBegins(long now) {
		if (!this.waiting) {
			this.waiting = true;
			this.waitingSince = now;
		}
	}

	/**
	 * Nobody waits any more.
	 * @param now the time
	 */
	synchronized void waitingEnds(long now) {
		settle(now);
		this.waiting = false;
	}

	/**
	 * The client has moved something.
	 * @param bytes how much
	 * @param now the time
	 */
	synchronized void progress(long bytes, long now) {
		settle(now);
		long earned = (this.nanosPerByte == 0) ? 0
				: (bytes > this.behind / this.nanosPerByte) ? this.behind : bytes * this.nanosPerByte;
		this.behind -= earned;
	}

	private void settle(long now) {
		if (this.waiting) {
			this.behind += now - this.waitingSince;
			this.waitingSince = now;
		}
	}

	/**
	 * How far the client is behind.
	 * @param now the time
	 * @return nanoseconds, 0 if it is not
	 */
	synchronized long behind(long now) {
		return this.behind + (this.waiting ? now - this.waitingSince : 0);
	}

	synchronized boolean isWaiting() {
		return this.waiting;
	}

	synchronized boolean isOver(long now) {
		return behind(now) >= this.limit;
	}

	/**
	 * Starts anew with another limit.
	 * @param limit how far the client may be behind from now on
	 * @param now the time
	 */
	synchronized void renew(Duration limit, long now) {
		this.limit = nanos(limit);
		this.behind = 0;
		this.waitingSince = now;
	}

	/**
	 * Gives more patience without forgetting what was spent.
	 * @param more how much more
	 */
	synchronized void extend(Duration more) {
		long extended = this.limit + nanos(more);
		this.limit = (extended < 0) ? Long.MAX_VALUE : extended;
	}

	synchronized void lift() {
		this.limit = Long.MAX_VALUE;
	}

	private static long nanos(Duration duration) {
		try {
			return duration.toNanos();
		}
		catch (ArithmeticException ex) {
			return Long.MAX_VALUE;
		}
	}

}
