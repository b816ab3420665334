package io.github.hardenedhttp.timeout;

import java.time.Duration;

/**
 * How long a client may keep somebody waiting, in all. Only waiting is counted; what the
 * client delivers or takes pays it back at a minimum rate.
 * <p>
 * So a client at the minimum rate or faster is never cut, however long it takes, one that
 * stands still is cut after the limit, and one that drips hardly later.
 * <p>
 * What is more than pays back is credit, for clients that move much at once and then
 * nothing for a while, as curl does with {@code --limit-rate}. It begins after more than
 * the buffers of an operating system take for a program that does not read, and is never
 * more than a few minutes: a burst must not buy hours.
 * <p>
 * Thread-safe: those who wait tell it, and somebody else asks. All times are nanoseconds
 * of one monotonic clock.
 */
final class Patience {

	private static final long NANOS_PER_SECOND = 1_000_000_000;

	/**
	 * Linux lets a receive buffer grow beyond its first size only for a program that
	 * reads (tcp_rmem, tcp_moderate_rcvbuf), and an unprivileged program may ask for some
	 * 400 KB (rmem_max).
	 */
	static final long BYTES_WITHOUT_CREDIT = 512 * 1024;

	static final Duration MOST_CREDIT = Duration.ofMinutes(5);

	private long limit;

	private final long nanosPerByte;

	private long behind;

	private long moved;

	private long credit;

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
		long needed = payBack(bytes, now);
		this.moved += needed;
		bank(bytes - needed);
	}

	/**
	 * The client has perhaps moved something: that pays back, and is no credit.
	 * @param bytes how much
	 * @param now the time
	 * @return how much was needed for that
	 */
	synchronized long payBack(long bytes, long now) {
		settle(now);
		if (this.nanosPerByte == 0) {
			return 0;
		}
		long needed = Math.min(bytes, this.behind / this.nanosPerByte + 1);
		this.behind = Math.max(0, this.behind - needed * this.nanosPerByte);
		return needed;
	}

	/**
	 * The client has moved something that pays nothing back, for that was done already,
	 * or is done by others.
	 * @param bytes how much
	 */
	synchronized void bank(long bytes) {
		long before = Math.max(this.moved, BYTES_WITHOUT_CREDIT);
		this.moved += bytes;
		long counting = Math.min(Math.max(0, this.moved - before),
				(this.nanosPerByte > 0) ? MOST_CREDIT.toNanos() / this.nanosPerByte : 0);
		this.credit = Math.min(MOST_CREDIT.toNanos(), this.credit + counting * this.nanosPerByte);
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
		return behind(now) - this.credit >= this.limit;
	}

	/**
	 * Starts anew with another limit.
	 * @param limit how far the client may be behind from now on
	 * @param now the time
	 */
	synchronized void renew(Duration limit, long now) {
		this.limit = nanos(limit);
		this.behind = 0;
		this.credit = 0;
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
