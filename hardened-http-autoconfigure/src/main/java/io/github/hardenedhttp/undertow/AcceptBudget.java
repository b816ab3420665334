package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;
import org.xnio.ChannelPipe;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * How many newcomers an I/O thread begins with before it looks at its other connections
 * again.
 * <p>
 * XNIO hands each accepted connection to its I/O thread as a task, and a thread runs all
 * tasks there are before it selects ({@code WorkerThread#run}). When they come faster
 * than they are done it does not select, and whoever is connected waits until the flood
 * takes a breath. So only {@value #NEWCOMERS} are begun with as tasks; the others wait
 * here for the thread's next look at its sockets, and are begun with in turn with what
 * that has found. To refuse one is cheap, and takes an eighth of a place: who comes again
 * and again in vain keeps nobody waiting.
 * <p>
 * The writing end of a pipe into which nobody writes is always writable: that is how the
 * thread tells that it has looked. Belongs to one thread; {@link #lift} and
 * {@link #close} can be called by any.
 */
final class AcceptBudget {

	static final int NEWCOMERS = 8;

	private static final int BEGINNING = 8;

	private final Queue<StreamConnection> waiting = new ArrayDeque<>();

	private final XnioIoThread thread;

	private final Runnable accepting;

	private final ChannelPipe<StreamSourceChannel, StreamSinkChannel> pipe;

	private int limit = NEWCOMERS * BEGINNING;

	private int spent;

	/**
	 * Creates a full budget.
	 * @param thread the I/O thread
	 * @param accepting asks for the {@link #next} newcomer and begins with it
	 * @throws IOException if there are no two descriptors for a pipe
	 */
	AcceptBudget(XnioIoThread thread, Runnable accepting) throws IOException {
		this.thread = thread;
		this.accepting = accepting;
		this.pipe = thread.createHalfDuplexPipe();
		this.pipe.getRightSide().getWriteSetter().set((writable) -> {
			writable.suspendWrites();
			renew();
			if (!this.waiting.isEmpty()) {
				writable.resumeWrites();
			}
		});
	}

	private void renew() {
		this.spent = 0;
		int left = Integer.MAX_VALUE;
		// Ends, too, if the listener takes nobody, out of memory for example.
		while (this.spent < this.limit && !this.waiting.isEmpty() && this.waiting.size() < left) {
			left = this.waiting.size();
			this.accepting.run();
		}
	}

	/**
	 * Takes the next newcomer.
	 * @param queue where XNIO has those that were handed to the thread
	 * @return who may be begun with, or {@code null} for nobody now
	 * @throws IOException if the server is closed and nobody is left
	 */
	@Nullable StreamConnection next(Newcomers queue) throws IOException {
		if (this.spent >= this.limit) {
			StreamConnection newcomer = queue.poll();
			if (newcomer != null) {
				this.waiting.add(newcomer);
				this.pipe.getRightSide().resumeWrites();
			}
			return null;
		}
		StreamConnection next = this.waiting.isEmpty() ? queue.poll() : this.waiting.poll();
		if (next != null) {
			this.spent += BEGINNING;
		}
		return next;
	}

	/**
	 * The newcomer that was taken last is not begun with.
	 */
	void refused() {
		this.spent -= BEGINNING - 1;
	}

	/**
	 * Nobody is accepted any more: those that were are begun with at once, so that all
	 * are known of whom the end of the server has to take care.
	 */
	void lift() {
		try {
			this.thread.execute(() -> {
				this.limit = Integer.MAX_VALUE;
				renew();
			});
		}
		catch (RejectedExecutionException ex) {
			// The thread has ended, and with it whoever was waiting.
		}
	}

	void close() {
		IoUtils.safeClose(this.pipe.getRightSide());
		IoUtils.safeClose(this.pipe.getLeftSide());
	}

	/**
	 * XNIO's queue of accepted connections, as seen by the thread that asks.
	 */
	@FunctionalInterface
	interface Newcomers {

		/**
		 * Takes the first.
		 * @return the connection, or {@code null} if there is none
		 * @throws IOException if the server is closed and there is none
		 */
		@Nullable StreamConnection poll() throws IOException;

	}

}
