package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.GuardedConnection;

/**
 * When requests queue because more threads wait for clients than the pool has in
 * addition, cuts the clients that have kept threads waiting longest, before their
 * patience is over. No more are cut than requests queue, and none for requests that queue
 * behind an application that is busy; a thread that computes is never touched.
 */
final class WorkerRelief implements GuardWatch {

	private static final Duration INTERVAL = Duration.ofMillis(10);

	private static final long QUEUED_TOO_LONG = Duration.ofMillis(20).toNanos();

	private final WorkerPool pool;

	private final Deadlines deadlines;

	WorkerRelief(WorkerPool pool, Deadlines deadlines) {
		this.pool = pool;
		this.deadlines = deadlines;
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	@Override
	public void look(Collection<GuardedConnection> open, long now) {
		this.pool.resize(now);
		int shortage = this.pool.shortage(QUEUED_TOO_LONG);
		if (shortage > 0) {
			List<ExchangeDeadlines> blocking = this.deadlines.blocking();
			// Threads on their way out are counted as free already.
			long leaving = this.deadlines.leaving();
			blocking.stream()
				.sorted(Comparator.comparingLong((ExchangeDeadlines request) -> request.behind(now)).reversed())
				.limit(Math.max(0, shortage - leaving))
				.forEach((request) -> request.cut(CloseReason.EVICTED));
		}
	}

}
