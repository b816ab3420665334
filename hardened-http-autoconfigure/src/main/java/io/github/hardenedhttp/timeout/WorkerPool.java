package io.github.hardenedhttp.timeout;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.beans.factory.DisposableBean;

/**
 * The threads that run the application's requests. Threads that wait for a client do not
 * count: while requests queue, the pool has as many more threads as are waiting, up to a
 * limit. Threads that compute are never added to, so the machine is not asked for more
 * than it was sized for.
 * <p>
 * Only {@link #resize(long)} changes the size, and only for waits that are seen twice: a
 * healthy server waits thousands of times a second, each time for less than it takes to
 * start a thread.
 * <p>
 * Thread-safe.
 */
final class WorkerPool implements Executor, DisposableBean {

	private static final long KEEP_ALIVE_SECONDS = 5;

	private static final long KEEP_ALIVE = TimeUnit.SECONDS.toNanos(KEEP_ALIVE_SECONDS);

	private final int size;

	private final int maxWaiting;

	private final ThreadPoolExecutor threads;

	private final AtomicInteger waiting = new AtomicInteger();

	// Of the one thread that resizes.

	private int waitingBefore;

	private long neededAt;

	/**
	 * Create a pool; no thread is started before the first request.
	 * @param name how the names of the threads begin
	 * @param size the number of threads for requests that do not wait for a client
	 * @param maxWaiting how many threads there may be in addition
	 */
	WorkerPool(String name, int size, int maxWaiting) {
		this.size = size;
		this.maxWaiting = maxWaiting;
		AtomicInteger number = new AtomicInteger();
		this.threads = new ThreadPoolExecutor(size, size, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Worker(this, task, name + "-worker-" + number.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(new Queued(task));
	}

	boolean owns(Thread thread) {
		return thread instanceof Worker worker && worker.pool == this;
	}

	/**
	 * A thread of the pool begins to wait for a client.
	 */
	void waitingBegins() {
		this.waiting.incrementAndGet();
	}

	/**
	 * A thread of the pool waits no more.
	 */
	void waitingEnds() {
		this.waiting.decrementAndGet();
	}

	/**
	 * Makes the pool as large as it should be: larger as soon as something queues,
	 * smaller when the threads were not needed for a while. To be called again and again
	 * by one thread.
	 * @param now the time, in nanoseconds of one monotonic clock
	 */
	void resize(long now) {
		int waiting = this.waiting.get();
		int lasting = Math.min(waiting, this.waitingBefore);
		this.waitingBefore = waiting;
		int wanted = this.size + Math.min(lasting, this.maxWaiting);
		int present = this.threads.getMaximumPoolSize();
		if (wanted >= present) {
			this.neededAt = now;
		}
		if (wanted > present && !this.threads.getQueue().isEmpty()) {
			this.threads.setMaximumPoolSize(wanted);
			this.threads.setCorePoolSize(wanted);
		}
		else if (wanted < present && now - this.neededAt >= KEEP_ALIVE) {
			this.threads.setCorePoolSize(wanted);
			this.threads.setMaximumPoolSize(wanted);
		}
	}

	/**
	 * How many threads would have to wait no more for requests to get on that have queued
	 * for longer than a time. Threads the pool has in addition stand in nobody's way: as
	 * long as no more than those wait, a queue means that the application is busy.
	 * @param nanos the time
	 * @return the number of threads, 0 if nobody queues because of them
	 */
	int shortage(long nanos) {
		int inTheWay = this.waiting.get() - this.maxWaiting;
		if (inTheWay <= 0 || !(this.threads.getQueue().peek() instanceof Queued oldest)
				|| System.nanoTime() - oldest.since < nanos) {
			return 0;
		}
		boolean free = this.threads.getActiveCount() < this.threads.getMaximumPoolSize();
		return free ? 0 : Math.min(inTheWay, this.threads.getQueue().size());
	}

	/**
	 * How many threads requests have taken, or are about to take.
	 * @return what runs and what queues
	 */
	int busy() {
		return this.threads.getActiveCount() + this.threads.getQueue().size();
	}

	/**
	 * The number of threads for requests that do not wait for a client.
	 * @return the number the pool was made with
	 */
	int size() {
		return this.size;
	}

	int waiting() {
		return this.waiting.get();
	}

	int active() {
		return this.threads.getActiveCount();
	}

	int threads() {
		return this.threads.getPoolSize();
	}

	int max() {
		return this.threads.getMaximumPoolSize();
	}

	int queued() {
		return this.threads.getQueue().size();
	}

	@Override
	public void destroy() {
		this.threads.shutdownNow();
	}

	private static final class Worker extends Thread {

		private final WorkerPool pool;

		Worker(WorkerPool pool, Runnable task, String name) {
			super(task, name);
			this.pool = pool;
		}

	}

	private static final class Queued implements Runnable {

		private final Runnable task;

		private final long since = System.nanoTime();

		Queued(Runnable task) {
			this.task = task;
		}

		@Override
		public void run() {
			this.task.run();
		}

	}

}
