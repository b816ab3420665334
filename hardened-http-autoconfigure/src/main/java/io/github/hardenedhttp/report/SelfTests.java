package io.github.hardenedhttp.report;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Runs the self-test, on a thread of its own: once after the start, and again when
 * somebody looks at a result that is older than {@link #INTERVAL}. Nobody ever waits for
 * it, and the first clients come before it. Thread-safe.
 */
final class SelfTests implements DisposableBean {

	static final Duration INTERVAL = Duration.ofMinutes(10);

	/**
	 * How long it lets a server be that has just started: everything is slow in a JVM
	 * that has compiled little, and whoever waited for the server connects now.
	 */
	static final Duration PAUSE = Duration.ofSeconds(2);

	private static final Log logger = LogFactory.getLog(SelfTests.class);

	private final Supplier<@Nullable SelfTestResult> test;

	private final Runnable whenDone;

	private final LongSupplier nanoTime;

	private final CountDownLatch wanted = new CountDownLatch(1);

	private final AtomicReference<@Nullable Thread> running = new AtomicReference<>();

	private volatile @Nullable SelfTestResult latest;

	private volatile long latestAt;

	private volatile boolean closed;

	/**
	 * Create the runner.
	 * @param test runs once, and is interrupted when the application ends; {@code null}
	 * when there is no server to connect to
	 * @param whenDone told on the same thread when there is a new result
	 * @param nanoTime the monotonic clock, in nanoseconds; {@code System::nanoTime}
	 * outside tests
	 */
	SelfTests(Supplier<@Nullable SelfTestResult> test, Runnable whenDone, LongSupplier nanoTime) {
		this.test = test;
		this.whenDone = whenDone;
		this.nanoTime = nanoTime;
	}

	/**
	 * What was last seen. Has it looked for anew if it is old.
	 * @return the result, or {@code null} while there is none
	 */
	@Nullable SelfTestResult look() {
		SelfTestResult latest = this.latest;
		if (latest == null || this.nanoTime.getAsLong() - this.latestAt > INTERVAL.toNanos()) {
			this.wanted.countDown();
			start();
		}
		return latest;
	}

	/**
	 * What was last seen.
	 * @return the result, or {@code null} while there is none
	 */
	@Nullable SelfTestResult latest() {
		return this.latest;
	}

	/**
	 * Starts a test, unless one is running. The first one begins when somebody looks, or
	 * after {@link #PAUSE}.
	 */
	void start() {
		Thread thread = new Thread(this::run, "hardened-self-test");
		thread.setDaemon(true);
		if (!this.closed && this.running.compareAndSet(null, thread)) {
			thread.start();
		}
	}

	private void run() {
		try {
			this.wanted.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
			this.wanted.countDown();
			SelfTestResult result = this.test.get();
			if (result != null && !this.closed) {
				this.latestAt = this.nanoTime.getAsLong();
				this.latest = result;
				this.whenDone.run();
			}
		}
		catch (RuntimeException ex) {
			logger.warn("The self-test has failed: " + ex.getMessage());
			logger.debug("The self-test has failed", ex);
		}
		catch (InterruptedException ex) {
			// The application ends.
			Thread.currentThread().interrupt();
		}
		finally {
			this.running.set(null);
		}
	}

	@Override
	public void destroy() {
		this.closed = true;
		Thread thread = this.running.get();
		if (thread != null) {
			thread.interrupt();
		}
	}

}
