package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.undertow.server.ServerConnection;
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

	private final GuardedServerChannel server;

	private final Guard guard;

	private final long openedAt;

	// Set once, before the connection is shown to anybody else.

	private List<ConnectionLife> lives = List.of();

	private @Nullable GuardSinkConduit sink;

	private @Nullable GuardSourceConduit source;

	private volatile long bytesRead;

	private volatile long bytesWritten;

	private volatile boolean full;

	private volatile long fullSince;

	private volatile @Nullable PlaintextGate gate;

	private @Nullable Runnable whenClosed;

	// Guarded by "this"; volatile for readers that only look.

	private volatile ConnectionState state;

	private volatile long stateSince;

	private volatile @Nullable CloseReason closeReason;

	private volatile @Nullable String tlsProtocol;

	private volatile @Nullable String cipherSuite;

	private volatile @Nullable String namedGroup;

	private volatile boolean clientAnonymous;

	private @Nullable HandshakeFailure handshakeFailure;

	private volatile int openRequests;

	private boolean stalled;

	private volatile int requests;

	private volatile ConnectionProtocol protocol = ConnectionProtocol.NONE;

	private @Nullable Http2Goodbye goodbye;

	private volatile boolean endToBeAnnounced;

	private volatile boolean endAnnounced;

	private volatile long endAnnouncedAt;

	// What was spared in the state that began then.

	private long sparedSince;

	private int spared;

	// Of the one watch that asks.

	private long movedWhenAsked = -1;

	private long quietSince;

	// Set on the I/O thread, seen by whoever reads or writes next.

	private volatile boolean lastRead;

	private volatile boolean readsEnded;

	private volatile boolean writesEnded;

	GuardedConnection(StreamConnection raw, ConnectionKey key, GuardedServerChannel server, Guard guard) {
		this.raw = raw;
		this.key = key;
		this.server = server;
		this.guard = guard;
		this.openedAt = guard.now();
		this.stateSince = this.openedAt;
		this.state = server.isTls() ? ConnectionState.HANDSHAKE : ConnectionState.REQUEST_HEADER;
	}

	void sendsTo(GuardSinkConduit sink) {
		this.sink = sink;
	}

	void readsFrom(GuardSourceConduit source) {
		this.source = source;
	}

	/**
	 * Does something that may resume reads, which happens when all of it is done.
	 * @param action what is to be done, by this thread
	 */
	void readsOnAfter(Runnable action) {
		GuardSourceConduit source = this.source;
		if (source != null) {
			source.readsOnAfter(action);
		}
		else {
			action.run();
		}
	}

	void observedBy(List<ConnectionLife> lives) {
		this.lives = lives;
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
		return this.protocol == ConnectionProtocol.HTTP_2;
	}

	/**
	 * What is spoken, as far as requests have shown.
	 * @return the protocol
	 */
	public ConnectionProtocol protocol() {
		return this.protocol;
	}

	/**
	 * How many requests there have been, the running ones included.
	 * @return the number of requests that reached the application
	 */
	public int requests() {
		return this.requests;
	}

	/**
	 * How many requests are running.
	 * @return the number of requests that reached the application and are not complete
	 */
	public int openRequests() {
		return this.openRequests;
	}

	/**
	 * The listener that accepted the connection, as meters name it.
	 * @return {@code https}, {@code http}, {@code redirect} ...
	 */
	public String listener() {
		return this.server.name();
	}

	/**
	 * Whether the listener that accepted the connection speaks TLS.
	 * @return whether TLS is spoken
	 */
	public boolean isTls() {
		return this.server.isTls();
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
	 * The protocol version the handshake has agreed on.
	 * @return the version as JSSE names it, or {@code null} if there was no handshake yet
	 */
	public @Nullable String tlsProtocol() {
		return this.tlsProtocol;
	}

	/**
	 * The cipher suite the handshake has agreed on.
	 * @return the suite as JSSE names it, or {@code null} if there was no handshake yet
	 */
	public @Nullable String cipherSuite() {
		return this.cipherSuite;
	}

	/**
	 * The key-exchange group the handshake has agreed on.
	 * @return the group, {@code unknown} if the engine does not tell, or {@code null} if
	 * there was no handshake yet
	 */
	public @Nullable String namedGroup() {
		return this.namedGroup;
	}

	/**
	 * Why the handshake came to nothing. To be asked when the connection was closed in
	 * the state {@link ConnectionState#HANDSHAKE}.
	 * @return the failure
	 */
	public synchronized HandshakeFailure handshakeFailure() {
		return (this.handshakeFailure != null) ? this.handshakeFailure : HandshakeFailure.of(this.closeReason);
	}

	/**
	 * The client was not asked for a certificate in the handshake, and will not be.
	 */
	public void clientIsAnonymous() {
		this.clientAnonymous = true;
	}

	/**
	 * Whether it is known that the client has shown no certificate in the handshake.
	 * @return whether it was not asked for one
	 */
	public boolean isClientAnonymous() {
		return this.clientAnonymous;
	}

	/**
	 * The TLS handshake is done. Without effect on a plain connection, and after the
	 * first time.
	 * @param protocol the protocol version, as JSSE names it
	 * @param cipherSuite the cipher suite, as JSSE names it
	 * @param namedGroup the key-exchange group, or {@code unknown}
	 */
	public synchronized void handshakeFinished(String protocol, String cipherSuite, String namedGroup) {
		if (this.state == ConnectionState.HANDSHAKE) {
			this.tlsProtocol = protocol;
			this.cipherSuite = cipherSuite;
			this.namedGroup = namedGroup;
			enter(ConnectionState.REQUEST_HEADER);
		}
	}

	/**
	 * The TLS handshake cannot succeed any more. Without effect if something else has
	 * ended the connection before.
	 * @param failure why
	 */
	public synchronized void handshakeFails(HandshakeFailure failure) {
		if (this.closeReason == null) {
			endsBecause(CloseReason.HANDSHAKE_FAILURE);
			this.handshakeFailure = failure;
		}
	}

	/**
	 * From now on what is said is judged, if there is anybody to do so. Called when plain
	 * text can be seen for the first time: after the handshake, or without TLS at once.
	 * @param http2 whether HTTP/2 was agreed on
	 * @return the gate what was received has to pass, or {@code null} for none
	 */
	public @Nullable PlaintextGate openGate(boolean http2) {
		this.gate = this.guard.newGate(this, http2);
		return this.gate;
	}

	/**
	 * Sends a last word, as far as the socket takes it. Nothing is sent after it.
	 */
	void sayFarewell(byte @Nullable [] farewell) {
		this.writesEnded = true;
		try {
			if (farewell != null && this.sink != null) {
				this.sink.sayFarewell(farewell);
			}
		}
		catch (IOException ex) {
			// Gone already.
		}
	}

	@Nullable PlaintextGate gate() {
		return this.gate;
	}

	/**
	 * Whether what the client has sent ends the connection. If not, the observers are
	 * told what would have happened. The caller sees to the end itself.
	 * @param reason why it is to end
	 * @return whether to go on with it
	 */
	public boolean endsForWhatWasSent(CloseReason reason) {
		if (spares(reason)) {
			return false;
		}
		endsBecause(reason);
		return true;
	}

	/**
	 * Has something done when the connection has closed, or at once if it has. For the
	 * one party that holds something for it outside the heap.
	 * @param action what is to be done, on whatever thread closes
	 */
	public void whenClosed(Runnable action) {
		synchronized (this) {
			if (this.state != ConnectionState.CLOSED) {
				this.whenClosed = action;
				return;
			}
		}
		action.run();
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
		if (spares(reason)) {
			return;
		}
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
	 * Says whether all requests that run on the connection wait for its client: for the
	 * next part of a body, or for room for a response. Without effect in any state but
	 * {@link ConnectionState#ACTIVE}.
	 * @param stalled whether nothing happens that is not up to the client
	 */
	public synchronized void stalled(boolean stalled) {
		boolean now = stalled && this.state == ConnectionState.ACTIVE;
		if (now != this.stalled) {
			this.stalled = now;
			this.lives.forEach((life) -> life.stalled(now));
		}
	}

	/**
	 * Ends the connection as {@link #end} does, unless it is not {@linkplain #stalled
	 * stalled} any more.
	 * @param reason why it ends
	 */
	public void endIfStalled(CloseReason reason) {
		if (spares(reason)) {
			return;
		}
		onIoThread(() -> {
			synchronized (this) {
				if (!this.stalled) {
					return;
				}
				endsBecause(reason);
			}
			abort();
		});
	}

	/**
	 * Ends the connection at once, whatever it does. Threads that wait for its client are
	 * released, unsent bytes are thrown away and the client sees a reset.
	 * @param reason why it ends
	 */
	public void end(CloseReason reason) {
		if (!spares(reason)) {
			endsBecause(reason);
			onIoThread(this::abort);
		}
	}

	/**
	 * Ends the connection because the application wants it so, in every mode. Nothing
	 * more is sent from now on, also by the thread that calls, and the client sees a
	 * reset.
	 */
	public void endByApplication() {
		endsBecause(CloseReason.SERVER);
		resetOnClose();
		this.writesEnded = true;
		onIoThread(this::abort);
	}

	/**
	 * Asks the client for no more requests. With HTTP/2 that can be said at any time, and
	 * the connection lives on; with HTTP/1.1 only a response can say it, so nothing
	 * happens here.
	 */
	public void announceEnd() {
		Http2Goodbye goodbye = this.goodbye;
		if (goodbye != null && !this.endToBeAnnounced) {
			this.endToBeAnnounced = true;
			onIoThread(() -> {
				goodbye.announce();
				this.endAnnouncedAt = this.guard.now();
				this.endAnnounced = true;
			});
		}
	}

	/**
	 * Whether the client has been asked for no more requests.
	 * @return whether that is on its way
	 */
	public boolean isEndAnnounced() {
		return this.endAnnounced;
	}

	/**
	 * Whether the client is asked for no more requests just now, so that some can be on
	 * their way all the same.
	 * @param now the time of the guard's monotonic clock
	 * @param nanos how long it takes to hear of it, and what was sent before to arrive
	 * @return whether to wait; not if nobody asks the client
	 */
	public boolean hearsOfItsEnd(long now, long nanos) {
		return this.endToBeAnnounced && !(this.endAnnounced && now - this.endAnnouncedAt >= nanos);
	}

	/**
	 * Whether the connection is only observed. If so, what would have happened to it is
	 * told to its observers, each reason once for each state.
	 */
	private boolean spares(CloseReason reason) {
		if (reason == CloseReason.SHUTDOWN || this.guard.mode() == GuardMode.ENFORCE) {
			return false;
		}
		spare(reason);
		return true;
	}

	/**
	 * Notes that the connection would have ended, if the server did not only observe.
	 * @param reason why
	 */
	synchronized void spare(CloseReason reason) {
		if (this.sparedSince != this.stateSince) {
			this.sparedSince = this.stateSince;
			this.spared = 0;
		}
		int bit = 1 << reason.ordinal();
		if ((this.spared & bit) == 0 && this.state != ConnectionState.CLOSED) {
			this.spared |= bit;
			this.lives.forEach((life) -> life.spared(reason));
		}
	}

	/**
	 * Whether requests on the connection that break a limit are cut. If not, the
	 * observers are told what would have happened.
	 * @param reason why a request is to be cut
	 * @return whether to go on
	 */
	public boolean rejectsRequest(CloseReason reason) {
		boolean enforced = this.guard.mode() == GuardMode.ENFORCE;
		synchronized (this) {
			this.lives.forEach((life) -> {
				if (enforced) {
					life.requestRejected(reason);
				}
				else {
					life.spared(reason);
				}
			});
		}
		return enforced;
	}

	/**
	 * Refuses the connection, before anything was read from it: the client sees a reset.
	 * @param reason why
	 * @return whether it was refused, and not only observed
	 */
	boolean refuse(CloseReason reason) {
		if (spares(reason)) {
			return false;
		}
		endsBecause(reason);
		resetOnClose();
		IoUtils.safeClose(this.raw);
		return true;
	}

	/**
	 * What has arrived by now is still read, and if there is something the connection
	 * lives on: the client has not been silent. With HTTP/2 it was, whatever it has sent,
	 * and it is told with a GOAWAY.
	 */
	private void endOfStream() {
		Http2Goodbye goodbye = this.goodbye;
		if (!isMultiplexed()) {
			this.lastRead = true;
			this.raw.getSourceChannel().wakeupReads();
		}
		else if (goodbye != null) {
			goodbye.close();
		}
		else {
			this.readsEnded = true;
			this.raw.getSourceChannel().wakeupReads();
		}
		onIoThreadAfter(END_OF_STREAM_MILLIS, () -> {
			if (this.lastRead || this.readsEnded || goodbye != null) {
				IoUtils.safeClose(this.raw);
			}
		});
	}

	/**
	 * A read has found nothing, or something.
	 * @param found whether it has found something
	 * @return whether that was the last read
	 */
	boolean wasLastRead(boolean found) {
		if (!this.lastRead) {
			return false;
		}
		this.lastRead = false;
		if (found) {
			synchronized (this) {
				this.closeReason = null;
			}
			return false;
		}
		this.readsEnded = true;
		return true;
	}

	/**
	 * Threads that wait for the client are woken and leave; the socket is closed when
	 * they are gone, so that what they meet is an end and not a closed channel. Before
	 * and between requests there are none: then it is closed as soon as Undertow has
	 * heard of it, for somebody else may need the descriptor. The linger of 0 is set
	 * before anybody can close, else the kernel keeps what was not sent and goes on
	 * trying.
	 */
	private void abort() {
		this.readsEnded = true;
		this.writesEnded = true;
		resetOnClose();
		this.raw.getSourceChannel().wakeupReads();
		this.raw.getSinkChannel().wakeupWrites();
		if (this.state == ConnectionState.HANDSHAKE || this.state == ConnectionState.REQUEST_HEADER) {
			onIoThread(() -> IoUtils.safeClose(this.raw));
		}
		else {
			onIoThreadAfter(ABORT_MILLIS, () -> IoUtils.safeClose(this.raw));
		}
	}

	private void resetOnClose() {
		try {
			this.raw.setOption(Options.CLOSE_ABORT, true);
		}
		catch (IOException ex) {
			// Closed already.
		}
	}

	private void onIoThreadAfter(long millis, Runnable task) {
		try {
			this.raw.getIoThread().executeAfter(task, millis, TimeUnit.MILLISECONDS);
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
		ConnectionState last = this.state;
		this.stateSince = this.guard.now();
		this.state = next;
		this.stalled = false;
		for (ConnectionLife life : this.lives) {
			if (next != ConnectionState.CLOSED) {
				life.changed(last, next);
			}
			else {
				life.closed(last);
			}
		}
	}

	boolean readsEnded() {
		return this.readsEnded;
	}

	boolean writesEnded() {
		return this.writesEnded;
	}

	synchronized void requestStarted(ServerConnection connection, boolean multiplexed) {
		if (this.protocol == ConnectionProtocol.NONE || (multiplexed && this.goodbye == null)) {
			this.protocol = multiplexed ? ConnectionProtocol.HTTP_2 : ConnectionProtocol.HTTP_1_1;
			this.goodbye = multiplexed ? Http2Goodbye.of(connection) : null;
		}
		this.openRequests++;
		this.requests++;
		stalled(false);
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
			if (next == ConnectionState.UPGRADED) {
				this.protocol = ConnectionProtocol.UPGRADED;
			}
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
		if (this.state == ConnectionState.IDLE && !isMultiplexed()) {
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
			if (this.protocol == ConnectionProtocol.NONE) {
				this.protocol = ConnectionProtocol.HTTP_1_1;
			}
			enter(ConnectionState.IDLE);
		}
	}

	void written(long count, long offered) {
		if (count >= offered) {
			this.full = false;
		}
		else if (!this.full) {
			this.fullSince = this.guard.now();
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
		Runnable action;
		synchronized (this) {
			if (this.state != ConnectionState.CLOSED) {
				endsByServer();
				enter(ConnectionState.CLOSED);
			}
			action = this.whenClosed;
			this.whenClosed = null;
		}
		if (action != null) {
			action.run();
		}
		PlaintextGate gate = this.gate;
		if (gate != null) {
			gate.closed();
		}
	}

	GuardedServerChannel server() {
		return this.server;
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
