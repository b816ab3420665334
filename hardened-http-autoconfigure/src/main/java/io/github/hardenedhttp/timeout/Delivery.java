package io.github.hardenedhttp.timeout;

import io.github.hardenedhttp.undertow.GuardedConnection;

/**
 * What the client of a connection has taken, as seen by a watch that asks again and
 * again: what was written, less what the kernel says is not acknowledged.
 * <p>
 * What was written is taken from the time before the kernel was asked. Else a write in
 * between would look like bytes taken, and what is taken later would look like nothing.
 * Where the kernel does not say, what it accepts has to do.
 */
final class Delivery {

	private final GuardedConnection connection;

	private long writtenBefore;

	private long delivered;

	private boolean kernelKnows;

	// Whether more may be on the way than was written since this was made.
	private boolean baseUnknown;

	private long unsent;

	private Delivery(GuardedConnection connection, boolean underWay) {
		this.connection = connection;
		this.baseUnknown = underWay;
		this.writtenBefore = connection.bytesWritten();
		this.delivered = this.writtenBefore;
	}

	/**
	 * Of what is written from now on.
	 * @param connection a connection whose client has taken what was written before
	 * @return nothing yet
	 */
	static Delivery fromNow(GuardedConnection connection) {
		return new Delivery(connection, false);
	}

	/**
	 * Of what is written from now on, and of what is on the way already.
	 * @param connection the connection
	 * @return nothing yet
	 */
	static Delivery underWay(GuardedConnection connection) {
		return new Delivery(connection, true);
	}

	/**
	 * Whether the kernel tells. Where it does not, news may be what it has swallowed.
	 * @return whether it does
	 */
	boolean isCertain() {
		return this.kernelKnows;
	}

	/**
	 * What was taken since it was last known.
	 * @param sendQueues what the kernel says
	 * @return bytes, 0 if there is nothing new to know
	 */
	long news(SendQueues sendQueues) {
		long written = this.writtenBefore;
		this.writtenBefore = this.connection.bytesWritten();
		long unsent = sendQueues.unsent(this.connection);
		if (!sendQueues.isFresh() || (unsent < 0 && this.kernelKnows)) {
			// The table is not read in one piece: a line can be missing.
			return 0;
		}
		this.unsent = Math.max(0, unsent);
		long taken = written - this.unsent;
		if (unsent < 0) {
			this.baseUnknown = true;
		}
		else if (!this.kernelKnows) {
			this.kernelKnows = true;
			this.delivered = this.baseUnknown ? taken : this.delivered;
		}
		long news = Math.max(0, taken - this.delivered);
		this.delivered += news;
		return news;
	}

	/**
	 * What was taken since the connection was opened, as far as is known from the last
	 * {@linkplain #news news}.
	 * @return bytes; without meaning unless it {@linkplain #isCertain() is certain}
	 */
	long sinceOpened() {
		return Math.max(0, this.delivered);
	}

	/**
	 * Whether the client has not taken all that was written, as far as is known from the
	 * last {@linkplain #news news}.
	 * @return whether something is on the way
	 */
	boolean isIncomplete() {
		return this.unsent > 0;
	}

}
