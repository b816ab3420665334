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

	Delivery(GuardedConnection connection) {
		this.connection = connection;
		this.writtenBefore = connection.bytesWritten();
		this.delivered = this.writtenBefore;
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
		long taken = written - Math.max(0, unsent);
		if (unsent >= 0 && !this.kernelKnows) {
			this.kernelKnows = true;
			this.delivered = taken;
		}
		long news = Math.max(0, taken - this.delivered);
		this.delivered += news;
		return news;
	}

}
