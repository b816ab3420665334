package io.github.hardenedhttp.undertow;

import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
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
 * A virtual thread waits for a client: it parks, and the I/O thread of the connection,
 * which watches all its sockets, wakes it. XNIO would open a selector for every thread
 * that waits ({@code NioXnio#getSelector}): two descriptors that stay open until the
 * garbage collector finds them, for a thread that ends with its request, and a thread of
 * the system that is kept while it selects.
 * <p>
 * It is over when the socket is ready, when the connection ends, or when the thread is
 * interrupted; no time is needed. One object for one wait.
 */
final class VirtualThreadWait implements ReadReadyHandler, WriteReadyHandler {

	private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

	// A worker that ends drops the tasks it was given.
	private static final long LOOK_UP = Duration.ofSeconds(1).toNanos();

	private final Thread thread = Thread.currentThread();

	private final Direction direction;

	private volatile boolean over;

	VirtualThreadWait(Direction direction) {
		this.direction = direction;
	}

	/**
	 * Whether the thread that asks is a virtual one.
	 * @return never before Java 21
	 */
	static boolean isForThisThread() {
		try {
			return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable MethodHandle isVirtual() {
		try {
			return MethodHandles.publicLookup()
				.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

	/**
	 * Waits, on the thread that made this.
	 * @param ioThread the I/O thread of the connection
	 * @param gone whether there is nobody left to wait for
	 * @throws InterruptedIOException if the thread is interrupted, which it still is then
	 */
	void await(XnioIoThread ioThread, BooleanSupplier gone) throws InterruptedIOException {
		boolean interrupted = false;
		try {
			ioThread.execute(() -> this.direction.waitBegins(this));
			while (!this.over && !gone.getAsBoolean()) {
				LockSupport.parkNanos(this, LOOK_UP);
				if (Thread.interrupted()) {
					interrupted = true;
					ioThread.execute(this::end);
				}
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
		void waitBegins(VirtualThreadWait wait);

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
