package io.github.hardenedhttp.undertow;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.xnio.XnioIoThread;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.TerminateHandler;
import org.xnio.conduits.WriteReadyHandler;

/**
 * A thread waits for a client: it parks, and the I/O thread of the connection, which
 * watches all its sockets, wakes it. XNIO would open a selector for every thread that
 * waits ({@code NioXnio#getSelector}), two descriptors that stay open until the garbage
 * collector finds them, and would keep a virtual thread on its thread of the system.
 * <p>
 * It is over when the socket is ready, when the connection ends, when the time is up or
 * when the thread is interrupted. One object for one wait.
 */
final class ClientWait implements ReadReadyHandler, WriteReadyHandler {

	// A worker that ends drops the tasks it was given.
	private static final long LOOK_UP = Duration.ofSeconds(1).toNanos();

	private final Thread thread = Thread.currentThread();

	private final Direction direction;

	private volatile boolean over;

	ClientWait(Direction direction) {
		this.direction = direction;
	}

	/**
	 * Whether the thread that asks can wait so. An I/O thread would wait for itself.
	 * @return whether somebody else is there to wake it
	 */
	static boolean isForThisThread() {
		return XnioIoThread.currentThread() == null;
	}

	/**
	 * Waits, on the thread that made this.
	 * @param ioThread the I/O thread of the connection
	 * @param gone whether there is nobody left to wait for
	 * @param nanos how long to wait at most, in nanoseconds
	 * @throws InterruptedIOException if the thread is interrupted, which it still is then
	 */
	void await(XnioIoThread ioThread, BooleanSupplier gone, long nanos) throws InterruptedIOException {
		long start = System.nanoTime();
		boolean interrupted = false;
		boolean leaving = false;
		try {
			ioThread.execute(() -> this.direction.waitBegins(this));
			while (!this.over && !gone.getAsBoolean()) {
				long left = nanos - (System.nanoTime() - start);
				if (!leaving && (interrupted || left <= 0)) {
					leaving = true;
					ioThread.execute(this::end);
				}
				LockSupport.parkNanos(this, leaving ? LOOK_UP : Math.min(left, LOOK_UP));
				interrupted |= Thread.interrupted();
			}
		}
		catch (RejectedExecutionException ex) {
			// The worker ends, and the connection with it.
		}
		if (interrupted) {
			this.thread.interrupt();
			throw new InterruptedIOException("Interrupted while waiting for the client");
		}
	}

	// On the I/O thread.

	/**
	 * Ends the wait. What the I/O thread has to do with the socket is done before.
	 */
	void end() {
		if (!this.over) {
			this.direction.waitEnds();
			this.over = true;
			LockSupport.unpark(this.thread);
		}
	}

	@Override
	public void readReady() {
		end();
	}

	@Override
	public void writeReady() {
		end();
	}

	@Override
	public void terminated() {
		end();
		TerminateHandler usual = this.direction.usual();
		if (usual != null) {
			usual.terminated();
		}
	}

	@Override
	public void forceTermination() {
		end();
		TerminateHandler usual = this.direction.usual();
		if (usual != null) {
			usual.forceTermination();
		}
	}

	/**
	 * One direction of a socket. Called on its I/O thread.
	 */
	interface Direction {

		/**
		 * From now on the wait is called when the socket is ready, and not who is called
		 * usually. A wait that is under way already ends.
		 * @param wait the wait
		 */
		void waitBegins(ClientWait wait);

		/**
		 * All is as if nobody had waited.
		 */
		void waitEnds();

		/**
		 * Who is called usually.
		 * @return whoever listens to the socket
		 */
		@Nullable TerminateHandler usual();

	}

}
