package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionLife;
import io.github.hardenedhttp.undertow.ConnectionObserver;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Makes forced closes known: each as an application event and in the log at debug, and
 * all of a minute as one line for each reason at info. What an attacker can cause any
 * number of times must not fill a disk.
 */
final class ForcedCloses implements ConnectionObserver, GuardWatch, DisposableBean {

	private static final Log logger = LogFactory.getLog(ForcedCloses.class);

	private static final Duration INTERVAL = Duration.ofMinutes(1);

	private static final int MOST_BEHIND = 1000;

	private static final CloseReason[] REASONS = CloseReason.values();

	private final ApplicationEventPublisher publisher;

	private final LongSupplier nanoTime;

	private final ThreadPoolExecutor executor;

	private final AtomicIntegerArray closed = new AtomicIntegerArray(REASONS.length);

	private final AtomicIntegerArray spared = new AtomicIntegerArray(REASONS.length);

	ForcedCloses(ApplicationEventPublisher publisher, LongSupplier nanoTime) {
		this.publisher = publisher;
		this.nanoTime = nanoTime;
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_BEHIND),
				(task) -> {
					Thread thread = new Thread(task, "hardened-events");
					thread.setDaemon(true);
					return thread;
				}, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.allowCoreThreadTimeOut(true);
	}

	@Override
	public ConnectionLife opened(GuardedConnection connection) {
		return new ConnectionLife() {

			@Override
			public void closed(ConnectionState last) {
				CloseReason reason = connection.closeReason();
				if (reason != null && reason.isForced()) {
					report(connection, reason, last);
				}
			}

			@Override
			public void requestRejected(CloseReason reason) {
				if (connection.isMultiplexed()) {
					ForcedCloses.this.closed.incrementAndGet(reason.ordinal());
					debug("A request was cut", reason, connection);
				}
			}

			@Override
			public void spared(CloseReason reason) {
				ForcedCloses.this.spared.incrementAndGet(reason.ordinal());
				debug("Would have been closed", reason, connection);
			}

		};
	}

	/**
	 * Text costs time, and an attacker decides how often.
	 */
	private static void debug(String what, CloseReason reason, GuardedConnection connection) {
		if (logger.isDebugEnabled()) {
			logger.debug("%s (%s): %s".formatted(what, reason.tag(), connection));
		}
	}

	private void report(GuardedConnection connection, CloseReason reason, ConnectionState last) {
		this.closed.incrementAndGet(reason.ordinal());
		if (logger.isDebugEnabled()) {
			logger
				.debug("Closed in state %s (%s): connection from %s".formatted(last, reason.tag(), connection.peer()));
		}
		ForcedCloseEvent event = new ForcedCloseEvent(connection.peer(), reason, connection.listener(),
				connection.protocol(), last, Duration.ofNanos(this.nanoTime.getAsLong() - connection.openedAt()),
				connection.bytesRead(), connection.bytesWritten());
		this.executor.execute(() -> publish(event));
	}

	private void publish(ForcedCloseEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener failed for " + event, ex);
		}
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	@Override
	public void look(Collection<GuardedConnection> open, long now) {
		for (CloseReason reason : REASONS) {
			summarize(this.closed, reason, "closed");
			summarize(this.spared, reason, "found that 'hardened.mode=enforce' would have closed");
		}
	}

	private static void summarize(AtomicIntegerArray counts, CloseReason reason, String done) {
		int count = counts.getAndSet(reason.ordinal(), 0);
		if (count > 0) {
			logger.info(
					"In the last minute %s %,d connections or HTTP/2 streams: %s".formatted(done, count, reason.tag()));
		}
	}

	@Override
	public void destroy() {
		this.executor.shutdownNow();
	}

}
