package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * One TCP connection, from accept to close: its state, what it has moved, and why it
 * ended. Exists for every connection of every listener, below TLS and below HTTP, so that
 * deadlines, limits and meters need no second way to see a connection.
 * <p>
 * Thread-safe. State changes arrive from the connection's I/O thread and from the worker
 * threads that serve its requests; they are short and take the object's own lock. Byte
 * counts have one writer for each direction at a time (XNIO's contract for conduits).
 */
public final class GuardedConnection {

	// How long Undertow may take to close in good order, and threads to leave a
	// connection.

	private static final long END_OF_STREAM_MILLIS = 500;

	private static final long ABORT_MILLIS = 100;

	private static final ThreadLocal<@Nullable GuardedConnection> reading = new ThreadLocal<>();

	private final StreamConnection raw;

	private final ConnectionKey key;

	private final boolean tls;

	private final LongSupplier nanoTime;

	private final List<HandshakeListener> handshakeListeners;

	private final long openedAt;

	private volatile long bytesRead;

	private volatile long bytesWritten;

	private volatile boolean full;

	private volatile long fullSince;

	// Guarded by "this"; volatile for readers that only look.

	private volatile ConnectionState state;

	private volatile long stateSince;

	private volatile @Nullable CloseReason closeReason;

	private @Nullable HandshakeFailure handshakeFailure;

	private int openRequests;

	private volatile boolean multiplexed;

	// Of the one watch that asks.

	private long movedWhenAsked = -1;

	private long quietSince;

	// Set on the I/O thread, seen by whoever reads or writes next.

	private volatile boolean readsEnded;

	private volatile boolean writesEnded;

	GuardedConnection(StreamConnection raw, ConnectionKey key, boolean tls, LongSupplier nanoTime,
			List<HandshakeListener> handshakeListeners) {
		this.handshakeListeners = handshakeListeners;
		this.raw = raw;
		this.key = key;
		this.tls = tls;
		this.nanoTime = nanoTime;
		this.openedAt = nanoTime.getAsLong();
		this.stateSince = this.openedAt;
		this.state = tls ? ConnectionState.HANDSHAKE : ConnectionState.REQUEST_HEADER;
	}

	/**
	 * The connection this thread has read from last. Undertow's {@code SslConduit} reads
	 * and then unwraps in one call, so inside {@code SSLEngine#unwrap} and
	 * {@code SSLContext#createSSLEngine} this is the connection the engine belongs to.
	 * Nowhere else does it mean anything.
	 * @return the connection, or {@code null} on a thread that has read from none
	 */
	public static @Nullable GuardedConnection beingRead() {
		return reading.get();
	}

	/**
	 * The state at this moment.
	 * @return the state
	 */
	public ConnectionState state() {
		return this.state;
	}

	/**
	 * Since when the connection has been in its state.
	 * @return nanoseconds of the guard's monotonic clock
	 */
	public long stateSince() {
		return this.stateSince;
	}

	/**
	 * Whether several requests can run at a time, each on a stream of its own (HTTP/2).
	 * Known with the first request.
	 * @return whether the connection is multiplexed
	 */
	public boolean isMultiplexed() {
		return this.multiplexed;
	}

	/**
	 * Whether the listener that accepted the connection speaks TLS.
	 * @return whether TLS is spoken
	 */
	public boolean isTls() {
		return this.tls;
	}

	/**
	 * The other end of the TCP connection.
	 * @return address and port
	 */
	public InetSocketAddress peer() {
		return this.key.peer();
	}

	/**
	 * This end of the TCP connection.
	 * @return address and port
	 */
	public InetSocketAddress local() {
		return this.key.local();
	}

	/**
	 * When the connection was accepted.
	 * @return nanoseconds of the guard's monotonic clock
	 */
	public long openedAt() {
		return this.openedAt;
	}

	/**
	 * Bytes received, as they are on the wire (encrypted where TLS is spoken).
	 * @return the number of bytes
	 */
	public long bytesRead() {
		return this.bytesRead;
	}

	/**
	 * Bytes handed to the operating system, as they are on the wire.
	 * @return the number of bytes
	 */
	public long bytesWritten() {
		return this.bytesWritten;
	}

	/**
	 * Whether the operating system takes no more for the client, as far as the last
	 * attempt to write could tell.
	 * @return whether what the server has to say has to wait
	 */
	public boolean isFull() {
		return this.full;
	}

	/**
	 * Since when it has been {@linkplain #isFull() full}.
	 * @return nanoseconds of the guard's monotonic clock; without meaning while it is not
	 */
	public long fullSince() {
		return this.fullSince;
	}

	/**
	 * Since when nothing has moved in either direction, as far as a watch that asks again
	 * and again can tell. For one watch only.
	 * @param now the time of the guard's monotonic clock
	 * @return nanoseconds of that clock
	 */
	public long quietSince(long now) {
		long moved = this.bytesRead + this.bytesWritten;
		if (moved != this.movedWhenAsked) {
			this.movedWhenAsked = moved;
			this.quietSince = now;
		}
		return this.quietSince;
	}

	/**
	 * Why the connection ended, or is about to end.
	 * @return the reason, or {@code null} while nothing speaks for an end
	 */
	public @Nullable CloseReason closeReason() {
		return this.closeReason;
	}

	/**
	 * The TLS handshake is done. Without effect on a plain connection, and after the
	 * first time.
	 * @param protocol the protocol version, as JSSE names it
	 * @param cipherSuite the cipher suite, as JSSE names it
	 */
	public void handshakeFinished(String protocol, String cipherSuite) {
		Duration duration;
		synchronized (this) {
			if (this.state != ConnectionState.HANDSHAKE) {
				return;
			}
			enter(ConnectionState.REQUEST_HEADER);
			duration = Duration.ofNanos(this.stateSince - this.openedAt);
		}
		this.handshakeListeners
			.forEach((listener) -> listener.handshakeSucceeded(this, protocol, cipherSuite, duration));
	}

	/**
	 * The TLS handshake cannot succeed any more. Without effect if something else has
	 * ended the connection before.
	 * @param failure why
	 */
	public synchronized void handshakeFails(HandshakeFailure failure) {
		if (this.closeReason == null) {
			this.closeReason = CloseReason.HANDSHAKE_FAILURE;
			this.handshakeFailure = failure;
		}
	}

	/**
	 * Notes why the connection is about to end. Only the first reason is kept.
	 * @param reason the reason
	 */
	public synchronized void endsBecause(CloseReason reason) {
		if (this.closeReason == null) {
			this.closeReason = reason;
		}
	}

	/**
	 * Ends the connection, unless it has left a state in the meantime: what was decided
	 * about a silent connection is void when a byte has come. A connection that is
	 * {@link ConnectionState#IDLE} is closed as at the end of the stream, any other is
	 * aborted.
	 * @param expected the state the decision was made in
	 * @param since since when the connection had been in it
	 * @param reason why it ends
	 */
	public void endIfStill(ConnectionState expected, long since, CloseReason reason) {
		onIoThread(() -> {
			synchronized (this) {
				if (this.state != expected || this.stateSince != since) {
					return;
				}
				endsBecause(reason);
			}
			if (expected == ConnectionState.IDLE) {
				endOfStream();
			}
			else {
				abort();
			}
		});
	}

	/**
	 * Ends the connection at once, whatever it does. Threads that wait for its client are
	 * released, unsent bytes are thrown away and the client sees a reset.
	 * @param reason why it ends
	 */
	public void end(CloseReason reason) {
		endsBecause(reason);
		onIoThread(this::abort);
	}

	private void endOfStream() {
		this.readsEnded = true;
		this.raw.getSourceChannel().wakeupReads();
		closeAfter(END_OF_STREAM_MILLIS);
	}

	/**
	 * Threads that wait for the client look up every {@link Guard#WAIT_MILLIS} and leave;
	 * the socket is closed when they are gone, for the JDK does not close one that is
	 * still registered with a selector. The linger of 0 is set before anybody can close,
	 * else the kernel keeps what was not sent and goes on trying.
	 */
	private void abort() {
		this.readsEnded = true;
		this.writesEnded = true;
		try {
			this.raw.setOption(Options.CLOSE_ABORT, true);
		}
		catch (IOException ex) {
			// Closed already.
		}
		this.raw.getSourceChannel().wakeupReads();
		this.raw.getSinkChannel().wakeupWrites();
		closeAfter(ABORT_MILLIS);
	}

	private void closeAfter(long millis) {
		try {
			this.raw.getIoThread().executeAfter(() -> IoUtils.safeClose(this.raw), millis, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			IoUtils.safeClose(this.raw);
		}
	}

	private void onIoThread(Runnable task) {
		try {
			this.raw.getIoThread().execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The worker ends, and every connection with it.
			IoUtils.safeClose(this.raw);
		}
	}

	private void enter(ConnectionState next) {
		this.stateSince = this.nanoTime.getAsLong();
		this.state = next;
	}

	boolean readsEnded() {
		return this.readsEnded;
	}

	boolean writesEnded() {
		return this.writesEnded;
	}

	synchronized void requestStarted(boolean multiplexed) {
		this.multiplexed = multiplexed;
		this.openRequests++;
		if (this.state != ConnectionState.ACTIVE && this.state != ConnectionState.CLOSED
				&& this.state != ConnectionState.UPGRADED) {
			enter(ConnectionState.ACTIVE);
		}
	}

	/**
	 * A request has ended.
	 * @param next the state that follows if it was the last one
	 */
	synchronized void requestEnded(ConnectionState next) {
		this.openRequests--;
		if (this.state == ConnectionState.ACTIVE && this.openRequests == 0) {
			enter(next);
		}
	}

	void read(long count) {
		reading.set(this);
		if (count > 0) {
			this.bytesRead += count;
			if (this.state == ConnectionState.IDLE) {
				nextRequestBegins();
			}
		}
		else if (count < 0) {
			endsBecause(CloseReason.CLIENT);
		}
	}

	private synchronized void nextRequestBegins() {
		if (this.state == ConnectionState.IDLE && !this.multiplexed) {
			enter(ConnectionState.REQUEST_HEADER);
		}
	}

	void accepted() {
		reading.set(this);
	}

	/**
	 * Something is about to be sent, as it is before TLS. Not every response comes from
	 * the application: Boot's own handlers answer outside it, for example for an unknown
	 * context path. Such a response, too, is the end of a request.
	 * @param first the first byte; that of an HTTP/1.1 response is the H of its version,
	 * and that of an HTTP/2 frame is 0 (the highest byte of a length of 24 bits, of which
	 * RFC 9113 allows 14 unless asked for more)
	 */
	public void sends(byte first) {
		if (this.state == ConnectionState.REQUEST_HEADER && first == 'H') {
			answered();
		}
	}

	private synchronized void answered() {
		if (this.state == ConnectionState.REQUEST_HEADER) {
			enter(ConnectionState.IDLE);
		}
	}

	void written(long count, long offered) {
		if (count >= offered) {
			this.full = false;
		}
		else if (!this.full) {
			this.fullSince = this.nanoTime.getAsLong();
			this.full = true;
		}
		if (count > 0) {
			this.bytesWritten += count;
		}
	}

	/**
	 * The server ends the connection of its own accord, if nothing else was noted. During
	 * the handshake it has no other reason than that it failed.
	 */
	public void endsByServer() {
		endsBecause((this.state == ConnectionState.HANDSHAKE) ? CloseReason.HANDSHAKE_FAILURE : CloseReason.SERVER);
	}

	void closed() {
		HandshakeFailure failure = null;
		synchronized (this) {
			endsByServer();
			if (this.state == ConnectionState.HANDSHAKE) {
				failure = (this.handshakeFailure != null) ? this.handshakeFailure
						: HandshakeFailure.of(this.closeReason);
			}
			enter(ConnectionState.CLOSED);
		}
		if (failure != null) {
			for (HandshakeListener listener : this.handshakeListeners) {
				listener.handshakeFailed(this, failure);
			}
		}
	}

	StreamConnection raw() {
		return this.raw;
	}

	ConnectionKey key() {
		return this.key;
	}

	@Override
	public String toString() {
		return "connection from " + peer() + " in " + this.state;
	}

}
