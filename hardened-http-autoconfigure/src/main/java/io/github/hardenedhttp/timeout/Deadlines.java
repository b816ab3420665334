package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.GuardedConnection;

/**
 * Looks at every connection and every running request, and ends what has kept the server
 * waiting too long. The deadlines follow from the state of the connection and from what
 * the request has waited; nothing is scheduled.
 */
final class Deadlines implements GuardWatch {

	private static final int LOOKS_PER_DEADLINE = 20;

	private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(25);

	private static final Duration LONGEST_INTERVAL = Duration.ofMillis(250);

	private final ConnectionTimeouts timeouts;

	private final Duration interval;

	private final Set<ExchangeDeadlines> running = ConcurrentHashMap.newKeySet();

	private final RequestTimeouts requestTimeouts;

	private final SendQueues sendQueues;

	// Only the watch uses it.
	private final Map<GuardedConnection, SharedConnection> shared = new HashMap<>();

	// Only the watch uses it.
	private Set<GuardedConnection> stalled = Set.of();

	Deadlines(ConnectionTimeouts timeouts, RequestTimeouts requestTimeouts, SendQueues sendQueues) {
		this.timeouts = timeouts;
		this.requestTimeouts = requestTimeouts;
		this.sendQueues = sendQueues;
		Duration shortest = timeouts.shortest();
		shortest = (requestTimeouts.read().compareTo(shortest) < 0) ? requestTimeouts.read() : shortest;
		shortest = (requestTimeouts.write().compareTo(shortest) < 0) ? requestTimeouts.write() : shortest;
		this.interval = clamp(shortest.dividedBy(LOOKS_PER_DEADLINE));
	}

	private static Duration clamp(Duration wanted) {
		if (wanted.compareTo(SHORTEST_INTERVAL) < 0) {
			return SHORTEST_INTERVAL;
		}
		return (wanted.compareTo(LONGEST_INTERVAL) > 0) ? LONGEST_INTERVAL : wanted;
	}

	@Override
	public Duration interval() {
		return this.interval;
	}

	void started(ExchangeDeadlines request) {
		this.running.add(request);
	}

	void ended(ExchangeDeadlines request) {
		this.running.remove(request);
	}

	/**
	 * How many requests are being served.
	 * @return the number of requests
	 */
	int running() {
		return this.running.size();
	}

	/**
	 * The requests a worker is blocked for.
	 * @return those that are not cut yet
	 */
	List<ExchangeDeadlines> blocking() {
		return this.running.stream().filter((request) -> request.isBlockingWorker() && !request.isCut()).toList();
	}

	/**
	 * How many requests are cut whose workers have not left yet.
	 * @return the number of requests
	 */
	long leaving() {
		return this.running.stream().filter((request) -> request.isBlockingWorker() && request.isCut()).count();
	}

	@Override
	public void look(Collection<GuardedConnection> open, long now) {
		this.sendQueues.at(now);
		for (GuardedConnection connection : open) {
			look(connection, now);
		}
		completeWhatIsLeft(now);
		lookAtSharedConnections(now);
		for (ExchangeDeadlines request : this.running) {
			request.look(now, this.sendQueues, this.shared.get(request.connection()));
		}
		this.shared.values().forEach((connection) -> connection.endIfOver(now));
		tellWhoStalls();
	}

	/**
	 * Says of which connections all requests wait for the client. Somebody else may need
	 * their room more.
	 */
	private void tellWhoStalls() {
		Map<GuardedConnection, Integer> stalled = new HashMap<>();
		for (ExchangeDeadlines request : this.running) {
			if (request.isStalled()) {
				stalled.merge(request.connection(), 1, Integer::sum);
			}
		}
		stalled.entrySet().removeIf((requests) -> requests.getValue() < requests.getKey().openRequests());
		for (GuardedConnection connection : this.stalled) {
			if (!stalled.containsKey(connection)) {
				connection.stalled(false);
			}
		}
		stalled.keySet().forEach((connection) -> connection.stalled(true));
		this.stalled = stalled.keySet();
	}

	private void completeWhatIsLeft(long now) {
		for (ExchangeDeadlines request : this.running) {
			if (request.isLeft(now)) {
				this.running.remove(request);
				request.complete();
			}
		}
	}

	private void lookAtSharedConnections(long now) {
		this.shared.values().removeIf((connection) -> connection.isPast(now));
		this.shared.values().forEach((connection) -> connection.look(now, this.sendQueues));
		for (ExchangeDeadlines request : this.running) {
			LongAdder content = request.content();
			if (content != null && request.write().behind(now) > 0) {
				share(request.connection()).streamWaits(content);
			}
		}
	}

	private SharedConnection share(GuardedConnection connection) {
		return this.shared.computeIfAbsent(connection, (key) -> new SharedConnection(key, this.requestTimeouts));
	}

	private void look(GuardedConnection connection, long now) {
		ConnectionState state = connection.state();
		if (connection.isFull() && (connection.isMultiplexed() || state == ConnectionState.UPGRADED)) {
			share(connection);
		}
		Duration limit = this.timeouts.limit(state);
		if (limit != null) {
			long stateSince = connection.stateSince();
			long since = (state == ConnectionState.UPGRADED) ? connection.quietSince(now) : stateSince;
			if (now - since >= limit.toNanos()) {
				connection.endIfStill(state, stateSince, this.timeouts.reason(state));
			}
		}
	}

}
