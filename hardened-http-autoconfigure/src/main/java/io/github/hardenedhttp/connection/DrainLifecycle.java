package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.connection.DrainPlan.Step;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;

import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;

/**
 * Empties the server before Boot's graceful shutdown, which answers every request that
 * comes after its beginning with 503, begins: nobody new is accepted, and connections are
 * brought to a state in which no request can come. Requests that run are left to Boot's
 * grace period. The redirect's server stops after this, too, so that its connections end
 * in the same way.
 * <p>
 * Stopping does not block: a thread of its own looks at all connections every 20 ms, and
 * goes on until the last one is gone.
 */
final class DrainLifecycle implements SmartLifecycle {

	// Accepted, but not yet known, or between the last byte of a response and the state
	// that follows: seen at the second look.
	private static final int CALM_LOOKS = 2;

	private static final long LOOK_MILLIS = 20;

	/**
	 * What {@link DrainPlan} waits for is over long before, if the machine and the
	 * clients are not much too slow.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(5);

	private final Guard guard;

	private final boolean graceful;

	// Of the draining thread.

	private final Map<GuardedConnection, Long> ended = new HashMap<>();

	private final Map<GuardedConnection, Seen> seen = new HashMap<>();

	private volatile boolean running;

	private volatile boolean closing;

	/**
	 * Create the lifecycle.
	 * @param guard knows the connections
	 * @param graceful whether requests are waited for
	 */
	DrainLifecycle(Guard guard, boolean graceful) {
		this.guard = guard;
		this.graceful = graceful;
	}

	/**
	 * Whether requests that come now are too late, so that connections must be closed
	 * with the end of the request they have.
	 * @return whether no request is waited for any more
	 */
	boolean isClosing() {
		return this.closing;
	}

	@Override
	public void start() {
		this.closing = false;
		this.running = true;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 2;
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.guard.drain();
		if (!this.graceful) {
			this.closing = true;
			callback.run();
			return;
		}
		Thread thread = new Thread(() -> drain(callback), "hardened-drain");
		thread.setDaemon(true);
		thread.start();
	}

	private void drain(Runnable callback) {
		long start = this.guard.now();
		DrainPlan plan = new DrainPlan(start);
		this.ended.clear();
		this.seen.clear();
		try {
			int calm = 0;
			while (calm < CALM_LOOKS && this.guard.now() - start < LIMIT.toNanos()) {
				this.guard.awaitReads(DrainPlan.LIMIT);
				calm = look(plan) ? calm + 1 : 0;
				pause();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.closing = true;
			callback.run();
		}
		try {
			while (this.guard.isDraining() && !this.guard.connections().isEmpty()) {
				look(plan);
				pause();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Does what there is to do.
	 * @return whether no request can come any more
	 */
	private boolean look(DrainPlan plan) {
		boolean calm = true;
		for (GuardedConnection connection : this.guard.connections()) {
			ConnectionState state = connection.state();
			CloseReason reason = connection.closeReason();
			if (reason != null) {
				// Ours is taken back if the last read finds a request.
				calm &= (reason != CloseReason.SHUTDOWN || state == ConnectionState.CLOSED);
				continue;
			}
			long since = connection.stateSince();
			Step step = step(plan, connection, state, since);
			if (step == Step.END && !Long.valueOf(since).equals(this.ended.put(connection, since))) {
				connection.endIfStill(state, since, CloseReason.SHUTDOWN);
			}
			else if (step == Step.ANNOUNCE) {
				connection.announceEnd();
			}
			calm &= (step == Step.LEAVE);
		}
		return calm;
	}

	private Step step(DrainPlan plan, GuardedConnection connection, ConnectionState state, long since) {
		long now = this.guard.now();
		if (connection.isMultiplexed()) {
			Seen seen = seen(connection, since, now);
			return switch (state) {
				case IDLE -> plan.step(state, Math.max(since, seen.receivedAt()), true, now);
				case ACTIVE -> plan.step(state, seen.toldAt(), true, now);
				default -> plan.step(state, since, true, now);
			};
		}
		boolean late = this.closing && state == ConnectionState.IDLE;
		return late ? Step.END : plan.step(state, since, false, now);
	}

	private Seen seen(GuardedConnection connection, long since, long now) {
		Seen last = this.seen.get(connection);
		long bytes = connection.bytesRead();
		int requests = connection.requests();
		long receivedAt = (last == null) ? since : (last.bytes() == bytes) ? last.receivedAt() : now;
		boolean stillTold = last != null && last.told() && last.requests() == requests;
		Seen next = new Seen(bytes, receivedAt, requests, connection.isEndAnnounced(),
				stillTold && last != null ? last.toldAt() : now);
		this.seen.put(connection, next);
		return next;
	}

	private static void pause() throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
	}

	/**
	 * What there was to see of an HTTP/2 connection.
	 *
	 * @param bytes how much had come from the client
	 * @param receivedAt when that was last more than before
	 * @param requests how many requests there had been
	 * @param told whether the client was asked for no more of them
	 * @param toldAt since when it has been, and has sent none
	 */
	private record Seen(long bytes, long receivedAt, int requests, boolean told, long toldAt) {
	}

}
