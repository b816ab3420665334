package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.conduits.TerminateHandler;

/**
 * Sees what arrives on a connection, below TLS. {@code SslConduit} takes the conduit that
 * is set on the raw connection when it is built, so this one must be set before
 * {@code accept()} returns.
 */
final class GuardSourceConduit extends AbstractStreamSourceConduit<StreamSourceConduit>
		implements ClientWait.Direction {

	private static final byte TLS_HANDSHAKE_RECORD = 22;

	private final GuardedConnection connection;

	private @Nullable ReadReadyHandler usual;

	private final ReadReadyHandler whileResumed = new WhileResumed();

	// Whether somebody wants to be told.
	private volatile boolean resumed;

	// Of the I/O thread, while a thread waits; others may look.
	private volatile @Nullable ClientWait waiting;

	private volatile @Nullable Thread completing;

	private volatile boolean readsOn;

	// Without TLS only; with TLS plain text is seen by the engine.
	private final @Nullable PlaintextGate gate;

	private final PlaintextGate.Source raw = (targets, offset, length) -> (length == 1) ? readRaw(targets[offset])
			: readRaw(targets, offset, length);

	GuardSourceConduit(StreamSourceConduit next, GuardedConnection connection, @Nullable PlaintextGate gate) {
		super(next);
		this.connection = connection;
		this.gate = gate;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		if (this.gate == null) {
			return readRaw(target);
		}
		return (int) read(new ByteBuffer[] { target }, 0, 1);
	}

	@Override
	public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
		PlaintextGate gate = this.gate;
		if (gate == null) {
			return readRaw(targets, offset, length);
		}
		long count;
		try {
			count = gate.read(targets, offset, length, this.raw);
		}
		catch (RefusedException ex) {
			this.connection.sayFarewell(gate.farewell());
			throw ex;
		}
		if (gate.isPending() && isReadResumed()) {
			wakeupReads();
		}
		return count;
	}

	private int readRaw(ByteBuffer target) throws IOException {
		if (this.connection.readsEnded()) {
			return -1;
		}
		if (isPendingAboveTls()) {
			return 0;
		}
		try {
			int start = target.position();
			int count = super.read(target);
			if (count > 0 && this.connection.bytesRead() == 0 && this.connection.isTls()) {
				requireTls(target.get(start));
			}
			return (int) read(count);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	private long readRaw(ByteBuffer[] targets, int offset, int length) throws IOException {
		if (this.connection.readsEnded()) {
			return -1;
		}
		try {
			return read(super.read(targets, offset, length));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	/**
	 * Whether what was received already is to be read before what the socket has:
	 * {@code SslConduit} drops it when the socket has nothing but the end.
	 */
	private boolean isPendingAboveTls() {
		PlaintextGate above = (this.gate == null) ? this.connection.gate() : null;
		return above != null && above.isPending();
	}

	/**
	 * Undertow takes the third and fourth letter of "GET /" for a length and waits for
	 * the other 8 KB ({@code SNISSLExplorer#getRequiredSize}).
	 */
	private void requireTls(byte first) throws IOException {
		if (first != TLS_HANDSHAKE_RECORD) {
			this.connection.endsBecause(CloseReason.HANDSHAKE_FAILURE);
			throw new IOException("The client does not speak TLS");
		}
	}

	@Override
	public long transferTo(long position, long count, FileChannel target) throws IOException {
		return target.transferFrom(new ConduitReadableByteChannel(this), position, count);
	}

	@Override
	public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target) throws IOException {
		return Conduits.transfer(this, count, throughBuffer, target);
	}

	private long read(long count) {
		if (this.connection.wasLastRead(count > 0)) {
			return -1;
		}
		this.connection.read(count);
		return count;
	}

	/**
	 * What waits at the gate is there already, whatever the socket says. Under TLS, too,
	 * everybody who waits for the client ends up here ({@code SslConduit#resumeReads}).
	 */
	@Override
	public void resumeReads() {
		PlaintextGate gate = this.connection.gate();
		boolean pending = gate != null && gate.isPending();
		if (this.completing == Thread.currentThread() && !pending) {
			this.readsOn = true;
			return;
		}
		this.resumed = true;
		if (pending) {
			wakeupReads();
		}
		else {
			super.resumeReads();
		}
	}

	/**
	 * A request of HTTP/1.1 that ends on a worker ends between two steps of a spin lock,
	 * and there Undertow resumes reads ({@code HttpReadListener#exchangeComplete}). That
	 * wakes the I/O thread, which often has the next request to read already and spins
	 * until the worker gets a processor again: a fifth of the processor time of a busy
	 * server that has two. So the I/O thread is woken when the worker has left the lock,
	 * and resumes reads unless it has suspended them meanwhile.
	 * <p>
	 * What waits at the gate is told at once. The I/O thread may have found that nobody
	 * listens ({@code ReadReadyHandler.ChannelListenerHandler}) and suspend reads after
	 * the worker has asked for them, and no socket would ever call for what is here.
	 */
	void readsOnAfter(Runnable action) {
		if (Thread.currentThread() == getReadThread()) {
			action.run();
			return;
		}
		this.completing = Thread.currentThread();
		try {
			action.run();
		}
		finally {
			this.completing = null;
			if (this.readsOn) {
				resumeOnIoThread();
			}
		}
	}

	private void resumeOnIoThread() {
		try {
			getReadThread().execute(() -> {
				if (this.readsOn) {
					this.readsOn = false;
					resumeReads();
				}
			});
		}
		catch (RejectedExecutionException ex) {
			// The worker ends, and the connection with it.
		}
	}

	@Override
	public void awaitReadable() throws IOException {
		awaitReadable(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
	}

	/**
	 * Returns also when the connection is to end. An I/O thread, which ends it, waits a
	 * little only.
	 */
	@Override
	public void awaitReadable(long time, TimeUnit unit) throws IOException {
		PlaintextGate gate = this.connection.gate();
		if (gate != null && gate.isPending()) {
			return;
		}
		if (ClientWait.isForThisThread()) {
			new ClientWait(this).await(getReadThread(), this::isOver, unit.toNanos(time));
		}
		else {
			super.awaitReadable(Math.min(unit.toMillis(time), Guard.WAIT_MILLIS), TimeUnit.MILLISECONDS);
		}
	}

	private boolean isOver() {
		return this.connection.readsEnded() || this.next.isReadShutdown();
	}

	/**
	 * Of whoever is told what happens, unless a thread waits for it.
	 */
	@Override
	public void setReadReadyHandler(ReadReadyHandler handler) {
		this.usual = handler;
		if (this.waiting == null) {
			super.setReadReadyHandler(this.whileResumed);
		}
	}

	@Override
	public boolean isReadResumed() {
		return (this.waiting != null) ? this.resumed : super.isReadResumed();
	}

	@Override
	public void suspendReads() {
		this.readsOn = false;
		this.resumed = false;
		if (this.waiting == null) {
			super.suspendReads();
		}
	}

	@Override
	public void wakeupReads() {
		this.resumed = true;
		super.wakeupReads();
	}

	@Override
	public void waitBegins(ClientWait wait) {
		ClientWait other = this.waiting;
		if (other != null) {
			// One that writes for TLS in order to read, for example.
			other.end();
		}
		this.resumed = this.next.isReadResumed();
		this.waiting = wait;
		this.next.setReadReadyHandler(wait);
		PlaintextGate gate = this.connection.gate();
		if (isOver() || (gate != null && gate.isPending())) {
			wait.end();
		}
		else {
			this.next.resumeReads();
		}
	}

	@Override
	public void waitEnds() {
		this.waiting = null;
		this.next.setReadReadyHandler(this.whileResumed);
		if (this.resumed) {
			this.next.wakeupReads();
		}
		else {
			this.next.suspendReads();
		}
	}

	@Override
	public @Nullable TerminateHandler usual() {
		return this.usual;
	}

	private IOException failed(IOException ex) {
		this.connection.endsBecause(CloseReason.IO_ERROR);
		return ex;
	}

	/**
	 * Whoever is told usually, if that was wanted.
	 * <p>
	 * A call that was queued before reads were suspended ({@code NioHandle#wakeup}) comes
	 * too late, and Undertow's listener would suspend reads once more, which a worker may
	 * have resumed in the meantime.
	 */
	private final class WhileResumed implements ReadReadyHandler {

		@Override
		public void readReady() {
			ReadReadyHandler usual = GuardSourceConduit.this.usual;
			if (usual != null && GuardSourceConduit.this.resumed) {
				usual.readReady();
			}
			if (GuardSourceConduit.this.connection.readsEnded() && GuardSourceConduit.this.waiting == null) {
				// Under TLS nobody suspends reads that Undertow has not resumed
				// (SslConduit.SslReadReadyHandler), and what is not read any more would
				// call again and again until the socket is closed.
				GuardSourceConduit.this.next.suspendReads();
			}
		}

		@Override
		public void terminated() {
			ReadReadyHandler usual = GuardSourceConduit.this.usual;
			if (usual != null) {
				usual.terminated();
			}
		}

		@Override
		public void forceTermination() {
			ReadReadyHandler usual = GuardSourceConduit.this.usual;
			if (usual != null) {
				usual.forceTermination();
			}
		}

	}

}
