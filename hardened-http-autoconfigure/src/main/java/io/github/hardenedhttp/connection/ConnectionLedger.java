package io.github.hardenedhttp.connection;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.hardenedhttp.undertow.Client;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionLife;
import io.github.hardenedhttp.undertow.ConnectionObserver;
import io.github.hardenedhttp.undertow.ConnectionProtocol;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.jspecify.annotations.Nullable;

/**
 * The book of all connections: how many there are of each kind, who holds them, and who
 * has to go first when there is no room. Every entry changes with the state of its
 * connection, so the sums hold at every moment.
 * <p>
 * Who goes first: the oldest of those that are idle; if there is none, the oldest that
 * has not sent a whole request header, of the client that holds the most connections; or
 * one that is being served, and keeps the server waiting, if its client holds still more.
 * Each step is O(1), or O(log n) in the number of clients.
 * <p>
 * Thread-safe, with one lock that is held for a few instructions at a time. The lock of a
 * connection may be held when it is taken, never the other way round.
 */
final class ConnectionLedger implements ConnectionObserver {

	private static final int PROTOCOLS = ConnectionProtocol.values().length;

	private static final int STATES = ConnectionState.values().length;

	// Who holds more than one of so many connections is not protected by being served.
	private static final int SHARE = 100;

	private final List<Consumer<String>> listenerListeners = new CopyOnWriteArrayList<>();

	private final Object lock = new Object();

	// Guarded by the lock.

	private final Map<String, int[][]> counts = new TreeMap<>();

	private final Map<Client, Holder> holders = new HashMap<>();

	// Connections that wait for a request header.
	private final Row waiting = new Row((holder) -> holder.waiting);

	// Connections with requests that wait for their client.
	private final Row stalled = new Row((holder) -> holder.stalled);

	private final EntryQueue idle = new EntryQueue();

	private final long[] closed = new long[CloseReason.values().length];

	private final long[] rejected = new long[CloseReason.values().length];

	private final long[] spared = new long[CloseReason.values().length];

	private long opened;

	private long holderNumber;

	private volatile int open;

	// Of those open, how many have been told to go.
	private int leaving;

	@Override
	public void listening(String listener) {
		synchronized (this.lock) {
			if (this.counts.putIfAbsent(listener, new int[PROTOCOLS][STATES]) != null) {
				return;
			}
		}
		this.listenerListeners.forEach((consumer) -> consumer.accept(listener));
	}

	/**
	 * Asks to be told of each listener that starts from now on.
	 * @param consumer gets its name, once
	 */
	void whenListening(Consumer<String> consumer) {
		this.listenerListeners.add(consumer);
	}

	List<String> listeners() {
		synchronized (this.lock) {
			return List.copyOf(this.counts.keySet());
		}
	}

	@Override
	public ConnectionLife opened(GuardedConnection connection) {
		synchronized (this.lock) {
			Client client = Client.of(connection.peer().getAddress());
			Holder holder = this.holders.computeIfAbsent(client, (key) -> new Holder(this.holderNumber++));
			Entry entry = new Entry(connection, client, holder);
			weigh(holder, 1);
			this.opened++;
			this.open++;
			count(entry, connection.state(), 1);
			place(entry, connection.state());
			return entry;
		}
	}

	private void weigh(Holder holder, int more) {
		boolean hasWaiting = this.waiting.holders.remove(holder);
		boolean hasStalled = this.stalled.holders.remove(holder);
		holder.connections += more;
		if (hasWaiting) {
			this.waiting.holders.add(holder);
		}
		if (hasStalled) {
			this.stalled.holders.add(holder);
		}
	}

	private void count(Entry entry, ConnectionState state, int more) {
		int[][] counts = this.counts.computeIfAbsent(entry.connection.listener(), (key) -> new int[PROTOCOLS][STATES]);
		counts[entry.protocol.ordinal()][state.ordinal()] += more;
	}

	private void place(Entry entry, ConnectionState state) {
		if (state == ConnectionState.IDLE) {
			this.idle.add(entry);
		}
		else if (isWaiting(state)) {
			this.waiting.add(entry);
		}
	}

	private void displace(Entry entry) {
		EntryQueue queue = entry.queue;
		if (queue == this.idle) {
			queue.remove(entry);
		}
		else if (queue != null) {
			((queue == entry.holder.waiting) ? this.waiting : this.stalled).remove(entry);
		}
	}

	private static boolean isWaiting(ConnectionState state) {
		return state == ConnectionState.HANDSHAKE || state == ConnectionState.REQUEST_HEADER;
	}

	private void changed(Entry entry, ConnectionState from, ConnectionState to) {
		synchronized (this.lock) {
			count(entry, from, -1);
			entry.protocol = entry.connection.protocol();
			count(entry, to, 1);
			if (entry.spared) {
				return;
			}
			stays(entry);
			// A handshake that ends in a header that does not has waited all the time.
			if (!isWaiting(from) || !isWaiting(to) || entry.queue == null) {
				displace(entry);
				place(entry, to);
			}
		}
	}

	private void stalled(Entry entry, boolean stalled) {
		synchronized (this.lock) {
			if (entry.spared) {
				return;
			}
			stays(entry);
			displace(entry);
			if (stalled) {
				this.stalled.add(entry);
			}
		}
	}

	private void stays(Entry entry) {
		if (entry.leaving) {
			entry.leaving = false;
			this.leaving--;
		}
	}

	private void closed(Entry entry, ConnectionState last) {
		CloseReason reason = entry.connection.closeReason();
		synchronized (this.lock) {
			stays(entry);
			displace(entry);
			count(entry, last, -1);
			this.open--;
			this.closed[(reason != null) ? reason.ordinal() : CloseReason.SERVER.ordinal()]++;
			weigh(entry.holder, -1);
			if (entry.holder.connections == 0) {
				this.holders.remove(entry.client);
			}
		}
	}

	/**
	 * It is still there, but would not be: who only observes counts as if it were not.
	 */
	private void spared(Entry entry, CloseReason reason) {
		synchronized (this.lock) {
			this.spared[reason.ordinal()]++;
			if (reason == CloseReason.EVICTED && !entry.spared) {
				entry.spared = true;
				displace(entry);
				leaves(entry);
			}
		}
	}

	private void leaves(Entry entry) {
		if (!entry.leaving) {
			entry.leaving = true;
			this.leaving++;
		}
	}

	/**
	 * How many connections are open and have not been told to go.
	 * @return the number of connections
	 */
	int staying() {
		synchronized (this.lock) {
			return this.open - this.leaving;
		}
	}

	int open() {
		return this.open;
	}

	/**
	 * How many connections the client of a connection has, that one included.
	 * @param connection an open connection
	 * @return the number of connections
	 */
	int heldByClientOf(GuardedConnection connection) {
		synchronized (this.lock) {
			Holder holder = this.holders.get(Client.of(connection.peer().getAddress()));
			return (holder != null) ? holder.connections : 0;
		}
	}

	/**
	 * Who has to go, for a newcomer to have room. It counts as leaving then, until it has
	 * gone, or has moved on in the meantime.
	 * <p>
	 * Whoever is being served is left alone, unless the server waits for it at this
	 * moment and its client holds more than a hundredth of all connections: else an
	 * attacker who sends each body a byte at a time would be served for hours, and nobody
	 * else.
	 * @param newcomer the newcomer, itself in the book already; {@code null} if there are
	 * too many without one
	 * @return who, or {@code null} if there is nobody, or nobody but the newcomer
	 */
	@Nullable Victim victim(@Nullable GuardedConnection newcomer) {
		synchronized (this.lock) {
			Entry entry = this.idle.first();
			if (entry == null) {
				entry = firstOfTheHeaviest();
			}
			if (entry == null || entry.connection == newcomer) {
				return null;
			}
			Victim victim = new Victim(entry.connection, queuedFor(entry), entry.connection.stateSince());
			displace(entry);
			leaves(entry);
			return victim;
		}
	}

	private @Nullable Entry firstOfTheHeaviest() {
		Entry waiting = this.waiting.first();
		Entry stalled = this.stalled.first();
		if (stalled == null || stalled.holder.connections <= Math.max(1, this.open / SHARE)) {
			return waiting;
		}
		boolean heavier = waiting == null || Holder.HEAVIEST_FIRST.compare(stalled.holder, waiting.holder) < 0;
		return heavier ? stalled : waiting;
	}

	/**
	 * The state a connection is queued for. It may have moved on already and wait for the
	 * lock to say so: whoever works by now must not be taken for a victim.
	 */
	private ConnectionState queuedFor(Entry entry) {
		if (entry.queue == this.idle) {
			return ConnectionState.IDLE;
		}
		if (entry.queue == entry.holder.stalled) {
			return ConnectionState.ACTIVE;
		}
		ConnectionState state = entry.connection.state();
		return isWaiting(state) ? state : ConnectionState.REQUEST_HEADER;
	}

	/**
	 * What stands in the book, all of it at the same moment.
	 * @return a copy
	 */
	ConnectionCounts counts() {
		synchronized (this.lock) {
			List<ConnectionCounts.Kind> kinds = this.counts.entrySet()
				.stream()
				.flatMap((listener) -> ConnectionCounts.Kind.all(listener.getKey(), listener.getValue()))
				.toList();
			return new ConnectionCounts(this.open, this.opened, kinds, byReason(this.closed), byReason(this.rejected),
					byReason(this.spared));
		}
	}

	private static Map<CloseReason, Long> byReason(long[] counts) {
		Map<CloseReason, Long> byReason = new EnumMap<>(CloseReason.class);
		for (CloseReason reason : CloseReason.values()) {
			byReason.put(reason, counts[reason.ordinal()]);
		}
		return byReason;
	}

	/**
	 * The clients that hold the most connections.
	 * @param most how many clients at the most
	 * @return their numbers of connections, the heaviest first
	 */
	List<Map.Entry<Client, Integer>> heaviest(int most) {
		List<Map.Entry<Client, Integer>> all;
		synchronized (this.lock) {
			all = this.holders.entrySet()
				.stream()
				.map((holder) -> Map.entry(holder.getKey(), holder.getValue().connections))
				.toList();
		}
		return all.stream().sorted(Map.Entry.<Client, Integer>comparingByValue().reversed()).limit(most).toList();
	}

	private void add(long[] counts, CloseReason reason) {
		synchronized (this.lock) {
			counts[reason.ordinal()]++;
		}
	}

	/**
	 * Who has to go, as it was when that was decided.
	 *
	 * @param connection the connection
	 * @param state its state
	 * @param since since when it was in it
	 */
	record Victim(GuardedConnection connection, ConnectionState state, long since) {

		void evict() {
			if (this.state == ConnectionState.ACTIVE) {
				this.connection.endIfStalled(CloseReason.EVICTED);
			}
			else {
				this.connection.endIfStill(this.state, this.since, CloseReason.EVICTED);
			}
		}

	}

	/**
	 * What one client holds.
	 */
	private static final class Holder {

		static final Comparator<Holder> HEAVIEST_FIRST = Comparator.comparingInt((Holder holder) -> -holder.connections)
			.thenComparingLong((holder) -> holder.number);

		private final long number;

		private final EntryQueue waiting = new EntryQueue();

		private final EntryQueue stalled = new EntryQueue();

		private int connections;

		Holder(long number) {
			this.number = number;
		}

	}

	/**
	 * Connections of one kind: those of the heaviest client first, and of these the one
	 * that came first.
	 */
	private static final class Row {

		private final TreeSet<Holder> holders = new TreeSet<>(Holder.HEAVIEST_FIRST);

		private final Function<Holder, EntryQueue> queue;

		Row(Function<Holder, EntryQueue> queue) {
			this.queue = queue;
		}

		@Nullable Entry first() {
			return this.holders.isEmpty() ? null : this.queue.apply(this.holders.first()).first();
		}

		void add(Entry entry) {
			EntryQueue queue = this.queue.apply(entry.holder);
			queue.add(entry);
			if (queue.first() == entry) {
				this.holders.add(entry.holder);
			}
		}

		void remove(Entry entry) {
			EntryQueue queue = this.queue.apply(entry.holder);
			queue.remove(entry);
			if (queue.first() == null) {
				this.holders.remove(entry.holder);
			}
		}

	}

	/**
	 * One connection.
	 */
	private final class Entry implements ConnectionLife {

		private final GuardedConnection connection;

		private final Client client;

		private final Holder holder;

		private ConnectionProtocol protocol;

		private boolean leaving;

		private boolean spared;

		private @Nullable EntryQueue queue;

		private @Nullable Entry previous;

		private @Nullable Entry next;

		Entry(GuardedConnection connection, Client client, Holder holder) {
			this.connection = connection;
			this.client = client;
			this.holder = holder;
			this.protocol = connection.protocol();
		}

		@Override
		public void changed(ConnectionState from, ConnectionState to) {
			ConnectionLedger.this.changed(this, from, to);
		}

		@Override
		public void stalled(boolean stalled) {
			ConnectionLedger.this.stalled(this, stalled);
		}

		@Override
		public void closed(ConnectionState last) {
			ConnectionLedger.this.closed(this, last);
		}

		@Override
		public void requestRejected(CloseReason reason) {
			add(ConnectionLedger.this.rejected, reason);
		}

		@Override
		public void spared(CloseReason reason) {
			ConnectionLedger.this.spared(this, reason);
		}

	}

	/**
	 * Entries in the order they came, linked through the entries themselves.
	 */
	private static final class EntryQueue {

		private @Nullable Entry first;

		private @Nullable Entry last;

		@Nullable Entry first() {
			return this.first;
		}

		void add(Entry entry) {
			entry.queue = this;
			entry.previous = this.last;
			if (this.last != null) {
				this.last.next = entry;
			}
			else {
				this.first = entry;
			}
			this.last = entry;
		}

		void remove(Entry entry) {
			if (entry.previous != null) {
				entry.previous.next = entry.next;
			}
			else {
				this.first = entry.next;
			}
			if (entry.next != null) {
				entry.next.previous = entry.previous;
			}
			else {
				this.last = entry.previous;
			}
			entry.queue = null;
			entry.previous = null;
			entry.next = null;
		}

	}

}
