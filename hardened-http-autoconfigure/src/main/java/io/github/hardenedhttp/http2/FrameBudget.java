package io.github.hardenedhttp.http2;

import java.time.Duration;

/**
 * How many HTTP/2 frames a client may still send that carry nothing: so many at once, and
 * so many more with each second. What the server sends is paid back with WINDOW_UPDATE
 * frames, which are as many as the client likes to make of them: those cost nothing as
 * long as data has been sent for them. Not thread-safe.
 */
final class FrameBudget {

	/**
	 * How many seconds of it may come at once.
	 */
	static final int BURST_SECONDS = 4;

	/**
	 * What a stream costs that is reset: the server has worked for nothing
	 * (CVE-2023-44487, CVE-2025-9784). A page with a hundred pictures may be left at any
	 * time.
	 */
	static final int RESET = 4;

	/**
	 * What it costs if the stream is reset before the server could look at it: nobody
	 * needs an answer less than who takes the question back in the same breath.
	 */
	static final int RAPID_RESET = 16;

	/**
	 * For how much data a client may send one WINDOW_UPDATE, in octets, beside two for
	 * each DATA frame: one for the stream and one for the connection.
	 */
	static final int DATA_PER_UPDATE = 1024;

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final long perSecond;

	private long tokens;

	private long since;

	private long updates;

	/**
	 * Create at the beginning of a connection.
	 * @param perSecond how many frames a second
	 * @param now the time of a monotonic clock, in nanoseconds
	 */
	FrameBudget(int perSecond, long now) {
		this.perSecond = perSecond;
		this.tokens = perSecond * (long) BURST_SECONDS;
		this.since = now;
	}

	/**
	 * A frame has come that carries nothing, or has made the server send one.
	 * @param cost how much it counts
	 * @param now the time of the same clock
	 * @return whether that is still in order
	 */
	boolean spend(int cost, long now) {
		long earned = (long) ((now - this.since) * (double) this.perSecond / SECOND);
		if (earned > 0) {
			this.tokens = Math.min(this.perSecond * BURST_SECONDS, this.tokens + earned);
			this.since = now;
		}
		this.tokens -= cost;
		return this.tokens >= 0;
	}

	/**
	 * A WINDOW_UPDATE has come.
	 * @return whether data was sent for it
	 */
	boolean isUpdateEarned() {
		if (this.updates == 0) {
			return false;
		}
		this.updates--;
		return true;
	}

	/**
	 * A DATA frame was sent.
	 * @param length the length of its payload, in octets
	 */
	void dataSent(int length) {
		if (length > 0) {
			this.updates += 2 + length / DATA_PER_UPDATE;
		}
	}

}
