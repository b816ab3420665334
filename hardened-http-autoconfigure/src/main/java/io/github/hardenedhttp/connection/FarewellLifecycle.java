package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;

import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;

/**
 * Waits, after Boot's grace period and before the server is stopped, for the clients
 * whose last HTTP/2 stream has just ended. The grace period is over with the last
 * request, and the server would be closed while they still send WINDOW_UPDATE.
 * <p>
 * It must not depend on {@link DrainLifecycle}: a dependent bean is stopped together with
 * that, and counted as if it were that ({@code DefaultLifecycleProcessor#doStop}).
 */
final class FarewellLifecycle implements SmartLifecycle {

	private static final Duration LIMIT = DrainPlan.RECENT.plusMillis(100);

	private static final long LOOK_MILLIS = 20;

	private final Guard guard;

	private final boolean graceful;

	private volatile boolean running;

	/**
	 * Create the lifecycle.
	 * @param guard knows the connections
	 * @param graceful whether requests are waited for
	 */
	FarewellLifecycle(Guard guard, boolean graceful) {
		this.guard = guard;
		this.graceful = graceful;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE - 1;
	}

	@Override
	public void stop() {
		this.running = false;
		long end = this.guard.now() + LIMIT.toNanos();
		try {
			while (this.graceful && this.guard.now() - end < 0
					&& this.guard.connections().stream().anyMatch(FarewellLifecycle::isToBeClosed)) {
				TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * {@link DrainLifecycle} does so when its client is silent.
	 */
	private static boolean isToBeClosed(GuardedConnection connection) {
		return connection.isMultiplexed() && connection.state() == ConnectionState.IDLE;
	}

}
