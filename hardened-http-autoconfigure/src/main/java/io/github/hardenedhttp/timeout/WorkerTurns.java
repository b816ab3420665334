package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.Client;
import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.GuardedConnection;

/**
 * Slow clients take turns, so that those who are cut do not come back at once to take
 * what they were cut for. A request of a {@linkplain SlowClients slow client} may go
 * <ol>
 * <li>when nobody else has asked for a second,</li>
 * <li>when half of the workers are free,</li>
 * <li>when less than an eighth of the workers is with slow clients.</li>
 * </ol>
 * Else it waits, without a thread. Clients go in turn, whoever of them asks most, and the
 * requests of one client as they came. While others wait, a client that is a second
 * behind has had its turn. So everybody gets one.
 * <p>
 * No more wait than there may; then the client that waits most often loses its latest
 * request. Thread-safe.
 */
final class WorkerTurns implements GuardWatch {

	private static final Duration INTERVAL = Duration.ofMillis(10);

	private static final long OTHERS_ASK = Duration.ofSeconds(1).toNanos();

	private static final long TURN = Duration.ofSeconds(1).toNanos();

	private static final int AT_EASE_SHARE = 2;

	private static final int SLOW_SHARE = 8;

	private final WorkerPool pool;

	private final int most;

	private final long mostBytes;

	private final DelayedRequests delayed;

	private final LongSupplier nanoTime;

	private volatile long othersAskedAt;

	// Guarded by this.

	private final Set<WorkerTurn> running = new HashSet<>();

	private final Map<Client, Deque<WorkerTurn>> waiting = new LinkedHashMap<>();

	private int count;

	private long bytes;

	/**
	 * Create without anybody waiting.
	 * @param pool the workers
	 * @param most how many requests may wait
	 * @param mostBytes how much they may hold in memory
	 * @param delayed counts those that had to wait
	 * @param nanoTime the monotonic clock, in nanoseconds; {@code System::nanoTime}
	 * outside tests
	 */
	WorkerTurns(WorkerPool pool, int most, long mostBytes, DelayedRequests delayed, LongSupplier nanoTime) {
		this.pool = pool;
		this.most = most;
		this.mostBytes = mostBytes;
		this.delayed = delayed;
		this.nanoTime = nanoTime;
		this.othersAskedAt = nanoTime.getAsLong() - OTHERS_ASK;
	}

	/**
	 * Somebody who is not slow has asked.
	 * @param now the time
	 */
	void othersAsk(long now) {
		this.othersAskedAt = now;
	}

	/**
	 * A request of a slow client goes at once, if it may.
	 * @param turn of the request
	 * @return whether it has a worker; if not it has to {@linkplain #await wait}
	 */
	synchronized boolean goesAtOnce(WorkerTurn turn) {
		return this.waiting.isEmpty() && mayGo(this.nanoTime.getAsLong()) && this.running.add(turn);
	}

	/**
	 * A request waits for its turn.
	 * @param turn begins later, on the I/O thread
	 */
	void await(WorkerTurn turn) {
		this.delayed.addOne();
		List<WorkerTurn> losers = new ArrayList<>();
		synchronized (this) {
			this.waiting.computeIfAbsent(turn.client(), (client) -> new ArrayDeque<>()).add(turn);
			this.count++;
			this.bytes += turn.weight();
			while (this.count > this.most || this.bytes > this.mostBytes) {
				WorkerTurn loser = latestOfWhoWaitsMost();
				remove(loser);
				losers.add(loser);
			}
		}
		losers.forEach(WorkerTurn::evict);
		next();
	}

	/**
	 * Of those who wait with equally many the last loses, for the first is the next whose
	 * turn it is.
	 */
	private WorkerTurn latestOfWhoWaitsMost() {
		return this.waiting.values()
			.stream()
			.reduce((one, later) -> (later.size() >= one.size()) ? later : one)
			.map(Deque::getLast)
			.orElseThrow();
	}

	/**
	 * The request is complete, or will never be.
	 * @param turn its turn
	 */
	void end(WorkerTurn turn) {
		remove(turn);
		next();
	}

	private synchronized void remove(WorkerTurn turn) {
		this.running.remove(turn);
		Deque<WorkerTurn> ofClient = this.waiting.get(turn.client());
		if (ofClient != null && ofClient.remove(turn)) {
			left(turn);
			if (ofClient.isEmpty()) {
				this.waiting.remove(turn.client());
			}
		}
	}

	private void left(WorkerTurn turn) {
		this.count--;
		this.bytes -= turn.weight();
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	@Override
	public void look(Collection<GuardedConnection> open, long now) {
		List<WorkerTurn> longEnough = List.of();
		synchronized (this) {
			this.running.removeIf(WorkerTurn::isOver);
			if (this.count > 0 && doOthersAsk(now)) {
				longEnough = this.running.stream()
					.filter((turn) -> turn.behind(now) >= TURN)
					.limit(this.count)
					.toList();
			}
		}
		longEnough.forEach(WorkerTurn::evict);
		next();
	}

	private void next() {
		List<WorkerTurn> next = new ArrayList<>();
		synchronized (this) {
			long now = this.nanoTime.getAsLong();
			while (this.count > 0 && mayGo(now)) {
				WorkerTurn turn = poll();
				this.running.add(turn);
				next.add(turn);
			}
		}
		next.forEach(WorkerTurn::begin);
	}

	private WorkerTurn poll() {
		Iterator<Deque<WorkerTurn>> clients = this.waiting.values().iterator();
		Deque<WorkerTurn> first = clients.next();
		clients.remove();
		WorkerTurn turn = first.remove();
		left(turn);
		if (!first.isEmpty()) {
			this.waiting.put(turn.client(), first);
		}
		return turn;
	}

	private boolean mayGo(long now) {
		int slow = this.running.size();
		return !doOthersAsk(now) || slow < Math.max(1, this.pool.size() / SLOW_SHARE)
				|| Math.max(slow, this.pool.busy()) < this.pool.size() / AT_EASE_SHARE;
	}

	private boolean doOthersAsk(long now) {
		return now - this.othersAskedAt < OTHERS_ASK;
	}

	synchronized int waiting() {
		return this.count;
	}

	synchronized int running() {
		return this.running.size();
	}

}
