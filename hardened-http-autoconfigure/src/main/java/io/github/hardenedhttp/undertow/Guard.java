package io.github.hardenedhttp.undertow;

import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
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
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

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
	 * How long a thread waits for a client before it looks whether it still may.
	 */
	static final long WAIT_MILLIS = 50;

	private static final AttachmentKey<GuardedConnection> CONNECTION = AttachmentKey.create(GuardedConnection.class);

	private final Map<ConnectionKey, GuardedConnection> connections = new ConcurrentHashMap<>();

	private final LongSupplier nanoTime;

	private final List<GuardWatch> watches;

	private final List<ListeningSocketCustomizer> socketCustomizers;

	private final List<HandshakeListener> handshakeListeners;

	private @Nullable ScheduledExecutorService watchman;

	private int runningWorkers;

	/**
	 * Create a guard.
	 * @param nanoTime the monotonic clock, in nanoseconds; {@code System::nanoTime}
	 * outside tests
	 * @param watches the policies over time
	 * @param socketCustomizers what is set on each listening socket
	 * @param handshakeListeners hear how handshakes end
	 */
	public Guard(LongSupplier nanoTime, List<GuardWatch> watches, List<ListeningSocketCustomizer> socketCustomizers,
			List<HandshakeListener> handshakeListeners) {
		this.nanoTime = nanoTime;
		this.watches = List.copyOf(watches);
		this.socketCustomizers = List.copyOf(socketCustomizers);
		this.handshakeListeners = List.copyOf(handshakeListeners);
	}

	/**
	 * Creates the worker a server must be given with {@code Undertow.Builder#setWorker}.
	 * It starts its threads with the first listener and ends them, and what is left of
	 * its connections, with the last: a server can be stopped and started again on it.
	 * @param options the XNIO options of the worker, above all the numbers of threads
	 * @return a worker for one server
	 */
	public XnioWorker newWorker(OptionMap options) {
		return new GuardWorker(this, options);
	}

	/**
	 * The connections that are open now, in no order. The list is a copy.
	 * @return the open connections
	 */
	public List<GuardedConnection> connections() {
		return new ArrayList<>(this.connections.values());
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
	 * @param tls whether TLS will be spoken on it
	 * @return the connection to go on with, or {@code null} if there is none any more
	 */
	@Nullable StreamConnection admit(StreamConnection raw, boolean tls) {
		ConnectionKey key = ConnectionKey.of(raw.getLocalAddress(), raw.getPeerAddress());
		if (key == null) {
			IoUtils.safeClose(raw);
			return null;
		}
		GuardedConnection connection = new GuardedConnection(raw, key, tls, this.nanoTime, this.handshakeListeners);
		raw.getSourceChannel().setConduit(new GuardSourceConduit(raw.getSourceChannel().getConduit(), connection));
		raw.getSinkChannel().setConduit(new GuardSinkConduit(raw.getSinkChannel().getConduit(), connection));
		this.connections.put(key, connection);
		raw.setCloseListener((closed) -> remove(connection));
		connection.accepted();
		return raw;
	}

	private void remove(GuardedConnection connection) {
		connection.closed();
		this.connections.remove(connection.key(), connection);
	}

	/**
	 * Prepares a listening socket, before it accepts.
	 * @param server XNIO's own server channel
	 */
	void prepare(AcceptingChannel<StreamConnection> server) {
		ServerSocketChannel socket = this.socketCustomizers.isEmpty() ? null : ListeningSocket.of(server);
		if (socket != null) {
			this.socketCustomizers.forEach((customizer) -> customizer.customize(socket));
		}
	}

	/**
	 * A worker has started: from now on the watches look.
	 */
	synchronized void workerStarted() {
		this.runningWorkers++;
		if (this.watchman == null && !this.watches.isEmpty()) {
			ScheduledExecutorService watchman = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "hardened-watch");
				thread.setDaemon(true);
				return thread;
			});
			for (GuardWatch watch : this.watches) {
				long interval = watch.interval().toNanos();
				watchman.scheduleWithFixedDelay(() -> look(watch), interval, interval, TimeUnit.NANOSECONDS);
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

}
