package io.github.hardenedhttp.tls;

/**
 * The part of one I/O thread's time that handshakes may take. To hand a handshake to a
 * thread of its own and back costs a tenth of what it costs with Conscrypt, so it is
 * computed where it came in while that leaves most of the time to established
 * connections; what is more than that has to be handed over.
 * <p>
 * A bucket that leaks (as the meter of ITU-T I.371): what was computed is poured in, and
 * runs out with time. Used by its own thread only.
 */
final class HandshakeShare {

	private static final ThreadLocal<HandshakeShare> OF_THREAD = ThreadLocal.withInitial(HandshakeShare::new);

	/**
	 * One nanosecond of so many may go into handshakes.
	 */
	static final int ONE_OF = 4;

	/**
	 * How long established connections may have to wait at once, in nanoseconds: some ten
	 * handshakes of a warm JVM.
	 */
	static final long AT_ONCE = 2_000_000;

	private long used;

	private long asOf;

	static HandshakeShare ofThisThread() {
		return OF_THREAD.get();
	}

	/**
	 * Whether this thread has time for a handshake now.
	 * @param now nanoseconds of a monotonic clock
	 * @return whether its share is not used up
	 */
	boolean hasTime(long now) {
		if (this.used > 0) {
			this.used = Math.max(0, this.used - (now - this.asOf) / ONE_OF);
		}
		this.asOf = now;
		return this.used < AT_ONCE;
	}

	/**
	 * Counts what a handshake has taken.
	 * @param nanos how long it was computed on this thread
	 */
	void take(long nanos) {
		this.used += nanos;
	}

}
