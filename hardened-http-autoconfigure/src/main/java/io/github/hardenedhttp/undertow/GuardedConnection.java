package io.github.hardenedhttp.undertow;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;
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

	private static final ThreadLocal<@Nullable GuardedConnection> reading = new ThreadLocal<>();

	private final StreamConnection raw;

	private final ConnectionKey key;

	private final boolean tls;

	private final long openedAt;

	private volatile long bytesRead;

	private volatile long bytesWritten;

	// Guarded by "this"; volatile for readers that only look.

	private volatile ConnectionState state;

	private volatile @Nullable CloseReason closeReason;

	private int openRequests;

	private boolean multiplexed;

	GuardedConnection(StreamConnection raw, ConnectionKey key, boolean tls, long openedAt) {
		this.raw = raw;
		this.key = key;
		this.tls = tls;
		this.openedAt = openedAt;
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
	 * Why the connection ended, or is about to end.
	 * @return the reason, or {@code null} while nothing speaks for an end
	 */
	public @Nullable CloseReason closeReason() {
		return this.closeReason;
	}

	/**
	 * The TLS handshake is done. Without effect on a plain connection.
	 */
	public synchronized void handshakeFinished() {
		if (this.state == ConnectionState.HANDSHAKE) {
			this.state = ConnectionState.REQUEST_HEADER;
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

	synchronized void requestStarted(boolean multiplexed) {
		this.multiplexed = multiplexed;
		this.openRequests++;
		if (this.state != ConnectionState.CLOSED && this.state != ConnectionState.UPGRADED) {
			this.state = ConnectionState.ACTIVE;
		}
	}

	/**
	 * A request has ended.
	 * @param next the state that follows if it was the last one
	 */
	synchronized void requestEnded(ConnectionState next) {
		this.openRequests--;
		if (this.state == ConnectionState.ACTIVE && this.openRequests == 0) {
			this.state = next;
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
			this.state = ConnectionState.REQUEST_HEADER;
		}
	}

	void accepted() {
		reading.set(this);
	}

	void written(long count) {
		this.bytesWritten += count;
	}

	/**
	 * The server ends the connection of its own accord, if nothing else was noted. During
	 * the handshake it has no other reason than that it failed.
	 */
	public void endsByServer() {
		endsBecause((this.state == ConnectionState.HANDSHAKE) ? CloseReason.HANDSHAKE_FAILURE : CloseReason.SERVER);
	}

	synchronized void closed() {
		endsByServer();
		this.state = ConnectionState.CLOSED;
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
