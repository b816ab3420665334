package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.WriteReadyHandler;

/**
 * Knows every open connection of every listener it guards. A listener is guarded when its
 * server runs on a {@link #newWorker worker} of this guard.
 * <p>
 * A connection is known from the moment it is accepted, before TLS and HTTP see it, until
 * its socket is closed. Thread-safe.
 */
public final class Guard {

	private static final Log logger = LogFactory.getLog(Guard.class);

	/**
	 * How long an I/O thread waits for a client before it looks whether it still may.
	 */
	static final long WAIT_MILLIS = 50;

	private static final AttachmentKey<GuardedConnection> CONNECTION = AttachmentKey.create(GuardedConnection.class);

	private final Map<ConnectionKey, GuardedConnection> connections = new ConcurrentHashMap<>();

	private final LongSupplier nanoTime;

	private final GuardPolicies policies;

	// A sixteenth of the heap, as for bodies: enough for a thousand heads of 4 KB in 64
	// MB.
	private final HeldPlaintext heldPlaintext = new HeldPlaintext(Runtime.getRuntime().maxMemory() / 16);

	private final Set<GuardedServerChannel> servers = ConcurrentHashMap.newKeySet();

	private final OwnConnections ownConnections = new OwnConnections();

	private @Nullable ScheduledExecutorService watchman;

	private int runningWorkers;

	private volatile boolean draining;

	/**
	 * Create a guard.
	 * @param nanoTime the monotonic clock, in nanoseconds; {@code System::nanoTime}
	 * outside tests
	 * @param policies what the connections are held to
	 */
	public Guard(LongSupplier nanoTime, GuardPolicies policies) {
		this.nanoTime = nanoTime;
		this.policies = policies;
	}

	/**
	 * Creates the worker a server must be given with {@code Undertow.Builder#setWorker}.
	 * It starts its threads with the first listener and ends them, and what is left of
	 * its connections, with the last: a server can be stopped and started again on it.
	 * @param options the XNIO options of the worker, above all the numbers of threads
	 * @param listener how meters call the listeners of the server, or {@code null} for
	 * {@code https} and {@code http}
	 * @return a worker for one server
	 */
	public XnioWorker newWorker(OptionMap options, @Nullable String listener) {
		return new GuardWorker(this, options, listener);
	}

	/**
	 * Whether what is decided is done.
	 * @return the mode
	 */
	public GuardMode mode() {
		return this.policies.mode();
	}

	/**
	 * The monotonic clock all connections go by.
	 * @return nanoseconds
	 */
	public long now() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * The connections that are open now, in no order. The list is a copy.
	 * @return the open connections
	 */
	public List<GuardedConnection> connections() {
		return new ArrayList<>(this.connections.values());
	}

	/**
	 * The connections the server makes to itself.
	 * @return the way to make them
	 */
	public OwnConnections ownConnections() {
		return this.ownConnections;
	}

	/**
	 * Finds the connection a request came in on.
	 * @param connection the connection as Undertow's exchange knows it, for HTTP/2 that
	 * of one stream
	 * @return the guarded connection, or {@code null} if it is closed or was not accepted
	 * here (a PROXY protocol listener shows other addresses)
	 */
	public @Nullable GuardedConnection find(ServerConnection connection) {
		GuardedConnection found = connection.getAttachment(CONNECTION);
		if (found == null) {
			ConnectionKey key = ConnectionKey.of(connection.getLocalAddress(), connection.getPeerAddress());
			found = (key != null) ? this.connections.get(key) : null;
			if (found != null) {
				connection.putAttachment(CONNECTION, found);
			}
		}
		return found;
	}

	/**
	 * Takes a connection in, on its I/O thread, before anything was read from it.
	 * @param raw the TCP connection as accepted
	 * @param server the listener that accepted it
	 * @return whether there is a connection to go on with
	 */
	boolean admit(StreamConnection raw, GuardedServerChannel server) {
		ConnectionKey key = ConnectionKey.of(raw.getLocalAddress(), raw.getPeerAddress());
		if (key == null) {
			IoUtils.safeClose(raw);
			return false;
		}
		GuardedConnection connection = new GuardedConnection(raw, key, server, this);
		PlaintextGate gate = server.isTls() ? null : connection.openGate(false);
		GuardSinkConduit sink = new GuardSinkConduit(raw.getSinkChannel().getConduit(), connection, gate);
		connection.sendsTo(sink);
		raw.getSinkChannel().setConduit(sink);
		GuardSourceConduit source = new GuardSourceConduit(raw.getSourceChannel().getConduit(), connection, gate);
		connection.readsFrom(source);
		raw.getSourceChannel().setConduit(source);
		// As they are already; the conduits cannot ask for them.
		source.setReadReadyHandler(new ReadReadyHandler.ChannelListenerHandler<>(raw.getSourceChannel()));
		sink.setWriteReadyHandler(new WriteReadyHandler.ChannelListenerHandler<>(raw.getSinkChannel()));
		boolean own = this.ownConnections.contains(key.peer());
		if (!own) {
			connection.observedBy(this.policies.observers().stream().map((each) -> each.opened(connection)).toList());
		}
		this.connections.put(key, connection);
		server.opened();
		raw.setCloseListener((closed) -> remove(connection));
		for (Admission admission : own ? List.<Admission>of() : this.policies.admissions()) {
			CloseReason reason = admission.refuse(connection);
			if (reason != null && connection.refuse(reason)) {
				return false;
			}
		}
		connection.accepted();
		return true;
	}

	private void remove(GuardedConnection connection) {
		connection.closed();
		connection.server().closedOne();
		this.connections.remove(connection.key(), connection);
	}

	/**
	 * Appoints the judge of a connection.
	 * @param connection the connection
	 * @param http2 whether it begins with HTTP/2
	 * @return the gate the judge watches, or {@code null} if there is no judge
	 */
	@Nullable PlaintextGate newGate(GuardedConnection connection, boolean http2) {
		PlaintextJudges judges = this.policies.judges();
		return (judges != null) ? new PlaintextGate(connection, judges.judge(connection, http2), this.heldPlaintext)
				: null;
	}

	/**
	 * What listening sockets are made with, unless the user says otherwise.
	 * @return options XNIO knows
	 */
	OptionMap socketOptions() {
		OptionMap.Builder options = OptionMap.builder();
		this.policies.socketCustomizers().forEach((customizer) -> options.addAll(customizer.options()));
		return options.getMap();
	}

	/**
	 * Prepares a listening socket, before it accepts.
	 * @param server XNIO's own server channel
	 * @param guarded the channel that is put around it
	 */
	void prepare(AcceptingChannel<StreamConnection> server, GuardedServerChannel guarded) throws IOException {
		ServerSocketChannel socket = this.policies.socketCustomizers().isEmpty() ? null : ListeningSocket.of(server);
		if (socket != null) {
			this.policies.socketCustomizers().forEach((customizer) -> customizer.customize(socket));
		}
		this.servers.add(guarded);
		AcceptCeiling ceiling = this.policies.ceiling();
		if (ceiling != null) {
			share(ceiling.connections());
		}
		this.policies.observers().forEach((observer) -> observer.listening(guarded.name()));
	}

	/**
	 * A listener has gone.
	 * @param server the channel {@link #prepare} was called with
	 */
	void closed(GuardedServerChannel server) {
		this.servers.remove(server);
	}

	/**
	 * Begins to end: nobody is accepted any more, and connections end as soon as no
	 * request runs on them. There is no way back; a new listener starts anew.
	 */
	public void drain() {
		this.draining = true;
		for (GuardedServerChannel server : this.servers) {
			try {
				server.stopAccepting();
			}
			catch (IOException ex) {
				logger.debug("A listener could not be closed", ex);
			}
		}
	}

	/**
	 * Waits until every I/O thread has looked at all its connections: what had arrived
	 * before, on however busy a machine, has been read then, and the states say so.
	 * @param limit how long to wait at most
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void awaitReads(Duration limit) throws InterruptedException {
		Set<XnioIoThread> threads = new HashSet<>();
		this.connections.values().forEach((connection) -> threads.add(connection.raw().getIoThread()));
		CountDownLatch looked = new CountDownLatch(threads.size());
		for (XnioIoThread thread : threads) {
			try {
				// A thread does all it was asked to before it looks again, and what it
				// was asked to do later after that.
				thread.execute(() -> thread.executeAfter(looked::countDown, 1, TimeUnit.MILLISECONDS));
			}
			catch (RejectedExecutionException ex) {
				looked.countDown();
			}
		}
		if (!looked.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
			logger.debug("An I/O thread is busy for longer than " + limit);
		}
	}

	/**
	 * Whether the server is about to end.
	 * @return whether it drains
	 */
	public boolean isDraining() {
		return this.draining;
	}

	/**
	 * A worker has started: from now on the watches look.
	 */
	synchronized void workerStarted() {
		this.runningWorkers++;
		this.draining = false;
		if (this.watchman == null) {
			ScheduledExecutorService watchman = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "hardened-watch");
				thread.setDaemon(true);
				return thread;
			});
			for (GuardWatch watch : this.policies.watches()) {
				look(watchman, watch);
			}
			AcceptCeiling ceiling = this.policies.ceiling();
			if (ceiling != null) {
				look(watchman, new CeilingWatch(ceiling));
			}
			this.watchman = watchman;
		}
	}

	/**
	 * A worker has ended; with the last, the looking ends, too.
	 */
	synchronized void workerEnded() {
		this.runningWorkers--;
		if (this.runningWorkers == 0 && this.watchman != null) {
			this.watchman.shutdownNow();
			this.watchman = null;
		}
	}

	private void look(ScheduledExecutorService watchman, GuardWatch watch) {
		long interval = watch.interval().toNanos();
		watchman.scheduleWithFixedDelay(() -> look(watch), interval, interval, TimeUnit.NANOSECONDS);
	}

	private void look(GuardWatch watch) {
		try {
			watch.look(this.connections.values(), this.nanoTime.getAsLong());
		}
		catch (Throwable ex) {
			// Whatever it is, out of memory above all: a watch that ends unseen would be
			// a server without deadlines.
			logger.error("A watch over the connections failed; it goes on", ex);
		}
	}

	/**
	 * Ends every connection of a worker whose threads are about to end.
	 * @param worker the XNIO worker the connections run on
	 */
	void shutdown(XnioWorker worker) {
		for (GuardedConnection connection : this.connections.values()) {
			if (connection.raw().getWorker() == worker) {
				connection.endsBecause(CloseReason.SHUTDOWN);
				IoUtils.safeClose(connection.raw());
			}
		}
	}

	/**
	 * Divides what XNIO may hold among the listeners: each has what it holds, and an
	 * equal share of the rest. Whoever attacks two ports at a time gets no more than one.
	 */
	private void share(int ceiling) {
		Map<GuardedServerChannel, Integer> open = new HashMap<>();
		this.servers.forEach((server) -> open.put(server, server.open()));
		int all = open.values().stream().mapToInt(Integer::intValue).sum();
		open.forEach((server, held) -> {
			int share = Math.max(1, (ceiling - all) / open.size());
			try {
				server.limitTo((ceiling == Integer.MAX_VALUE) ? ceiling : Math.max(2, held + share));
			}
			catch (IOException ex) {
				logger.debug("A listener could not be limited", ex);
			}
		});
	}

	/**
	 * Tells the listeners what they may hold, again and again.
	 */
	private final class CeilingWatch implements GuardWatch {

		private static final Duration INTERVAL = Duration.ofMillis(200);

		private final AcceptCeiling ceiling;

		CeilingWatch(AcceptCeiling ceiling) {
			this.ceiling = ceiling;
		}

		@Override
		public Duration interval() {
			return INTERVAL;
		}

		@Override
		public void look(Collection<GuardedConnection> open, long now) {
			share(this.ceiling.connections());
		}

	}

}
