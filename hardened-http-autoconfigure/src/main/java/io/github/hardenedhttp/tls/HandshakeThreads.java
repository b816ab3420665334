package io.github.hardenedhttp.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one server on which the cryptography of handshakes runs. Without them
 * Undertow lets the I/O threads do it ({@code SslConduit#runTasks}), and everybody whose
 * connection is on the same thread waits for everybody who shakes hands.
 * <p>
 * A handshake takes a place before its first task is queued and has it until that task is
 * done, and so for its second, which is the costly one if the first was answered with a
 * HelloRetryRequest. When all are taken the handshake ends: what cannot be done in time
 * is better refused at once than after a wait in which the client has gone. What a
 * handshake needs later it always gets, for then both sides have paid. Thread-safe; the
 * threads are made with the first handshakes, end when there have been none for a while,
 * and do not keep the JVM alive.
 */
public final class HandshakeThreads implements Executor {

	/**
	 * How many handshakes may wait for each thread. A full handshake takes 1 to 3 ms on a
	 * warm JVM, and four times as long on one that has just started: that is a wait of
	 * less than a second and of less than three, far from the deadline of a handshake.
	 */
	static final int PLACES_PER_THREAD = 256;

	private static final long IDLE_SECONDS = 30;

	private final AtomicInteger taken = new AtomicInteger();

	// Also those that have no place.
	private final AtomicInteger handedOver = new AtomicInteger();

	private final ThreadPoolExecutor threads;

	private final int places;

	HandshakeThreads(int count) {
		this(count, threadFactory());
	}

	HandshakeThreads(int count, ThreadFactory factory) {
		this.places = count * PLACES_PER_THREAD;
		this.threads = new ThreadPoolExecutor(count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				factory,
				// Only after the end of the server, which has closed the connection.
				new ThreadPoolExecutor.DiscardPolicy());
		this.threads.allowCoreThreadTimeOut(true);
	}

	private static ThreadFactory threadFactory() {
		AtomicInteger made = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, "hardened-handshake-" + made.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * Takes a place for a handshake that is about to begin.
	 * @return whether there was one; if so it must be {@linkplain #leave given back}
	 */
	boolean enter() {
		if (this.taken.incrementAndGet() <= this.places) {
			return true;
		}
		leave();
		return false;
	}

	void leave() {
		this.taken.decrementAndGet();
	}

	/**
	 * Whether what comes now would have to wait for others.
	 * @return whether all threads have something to do, or soon will
	 */
	boolean areBusy() {
		return Math.max(this.taken.get(), this.handedOver.get()) >= count();
	}

	/**
	 * Runs a task on one of the threads. Where the system gives no more of them, as in a
	 * container with few processes, it runs here, as Undertow would have it without them:
	 * otherwise it would never give back its place.
	 */
	@Override
	public void execute(Runnable task) {
		this.handedOver.incrementAndGet();
		try {
			this.threads.execute(() -> {
				try {
					task.run();
				}
				finally {
					this.handedOver.decrementAndGet();
				}
			});
		}
		catch (RuntimeException | Error ex) {
			this.handedOver.decrementAndGet();
			task.run();
		}
	}

	/**
	 * How many threads there may be.
	 * @return at least 1
	 */
	public int count() {
		return this.threads.getMaximumPoolSize();
	}

	/**
	 * How many handshakes may be on the threads or wait for them.
	 * @return the number of places
	 */
	public int places() {
		return this.places;
	}

	/**
	 * How many handshakes are on the threads or wait for them.
	 * @return the number of places that are taken
	 */
	public int taken() {
		return this.taken.get();
	}

	void shutdown() {
		this.threads.shutdownNow();
	}

}
