package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.xnio.Buffers;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.TerminateHandler;
import org.xnio.conduits.WriteReadyHandler;

/**
 * Sees what leaves on a connection, below TLS.
 */
final class GuardSinkConduit extends AbstractStreamSinkConduit<StreamSinkConduit> implements ClientWait.Direction {

	private final GuardedConnection connection;

	private @Nullable WriteReadyHandler usual;

	// Of the I/O thread, while a thread waits; others may look.

	private volatile @Nullable ClientWait waiting;

	private volatile boolean resumed;

	// Without TLS only; with TLS plain text is seen by the engine.
	private final @Nullable PlaintextGate gate;

	GuardSinkConduit(StreamSinkConduit next, GuardedConnection connection, @Nullable PlaintextGate gate) {
		super(next);
		this.connection = connection;
		this.gate = gate;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return (int) write(new ByteBuffer[] { source }, 0, 1,
				(sources, offset, length) -> super.write(sources[offset]));
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		return write(sources, offset, length, super::write);
	}

	@Override
	public int writeFinal(ByteBuffer source) throws IOException {
		return (int) write(new ByteBuffer[] { source }, 0, 1,
				(sources, offset, length) -> super.writeFinal(sources[offset]));
	}

	@Override
	public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
		return write(sources, offset, length, super::writeFinal);
	}

	private long write(ByteBuffer[] sources, int offset, int length, Write next) throws IOException {
		try {
			long offered = Buffers.remaining(sources, offset, length);
			begin(sources, offset, length);
			return written(judged(sources, offset, length, next), offered);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	private long judged(ByteBuffer[] sources, int offset, int length, Write next) throws IOException {
		PlaintextGate gate = this.gate;
		if (gate == null) {
			return next.write(sources, offset, length);
		}
		ByteBuffer instead = (length == 1) ? gate.instead(sources[offset]) : null;
		if (instead != null) {
			// Short, and the first of its kind: if the socket does not take it, nobody
			// will read it.
			next.write(new ByteBuffer[] { instead }, 0, 1);
			int replaced = sources[offset].remaining();
			sources[offset].position(sources[offset].limit());
			return replaced;
		}
		gate.sending(sources, offset, length);
		long count = next.write(sources, offset, length);
		gate.sent(sources, offset, length);
		return count;
	}

	/**
	 * Sends a last word, past everybody who may be writing.
	 */
	void sayFarewell(byte[] farewell) throws IOException {
		super.write(ByteBuffer.wrap(farewell));
	}

	@Override
	public long transferFrom(FileChannel source, long position, long count) throws IOException {
		try {
			check();
			return written(super.transferFrom(source, position, count), count);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long transferFrom(StreamSourceChannel source, long count, ByteBuffer throughBuffer) throws IOException {
		try {
			check();
			return written(super.transferFrom(source, count, throughBuffer), 1);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public boolean flush() throws IOException {
		check();
		return super.flush();
	}

	@Override
	public void awaitWritable() throws IOException {
		awaitWritable(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
	}

	/**
	 * As {@link GuardSourceConduit#awaitReadable(long, TimeUnit)}.
	 */
	@Override
	public void awaitWritable(long time, TimeUnit unit) throws IOException {
		if (ClientWait.isForThisThread()) {
			new ClientWait(this).await(getWriteThread(), this::isOver, unit.toNanos(time));
		}
		else {
			super.awaitWritable(Math.min(unit.toMillis(time), Guard.WAIT_MILLIS), TimeUnit.MILLISECONDS);
		}
	}

	private boolean isOver() {
		return this.connection.writesEnded() || this.next.isWriteShutdown();
	}

	/**
	 * Of whoever is told what happens, unless a thread waits for it.
	 */
	@Override
	public void setWriteReadyHandler(WriteReadyHandler handler) {
		this.usual = handler;
		if (this.waiting == null) {
			super.setWriteReadyHandler(handler);
		}
	}

	@Override
	public boolean isWriteResumed() {
		return (this.waiting != null) ? this.resumed : super.isWriteResumed();
	}

	@Override
	public void suspendWrites() {
		this.resumed = false;
		if (this.waiting == null) {
			super.suspendWrites();
		}
	}

	@Override
	public void wakeupWrites() {
		this.resumed = true;
		super.wakeupWrites();
	}

	@Override
	public void resumeWrites() {
		this.resumed = true;
		super.resumeWrites();
	}

	@Override
	public void waitBegins(ClientWait wait) {
		ClientWait other = this.waiting;
		if (other != null) {
			// One that writes for TLS in order to read, for example.
			other.end();
		}
		this.resumed = this.next.isWriteResumed();
		this.waiting = wait;
		this.next.setWriteReadyHandler(wait);
		if (isOver()) {
			wait.end();
		}
		else {
			this.next.resumeWrites();
		}
	}

	@Override
	public void waitEnds() {
		this.waiting = null;
		this.next.setWriteReadyHandler(this.usual);
		if (this.resumed) {
			this.next.wakeupWrites();
		}
		else {
			this.next.suspendWrites();
		}
	}

	@Override
	public @Nullable TerminateHandler usual() {
		return this.usual;
	}

	private void check() throws ClosedChannelException {
		if (this.connection.writesEnded()) {
			throw new ClosedChannelException();
		}
	}

	@Override
	public void terminateWrites() throws IOException {
		this.connection.endsByServer();
		super.terminateWrites();
	}

	@Override
	public void truncateWrites() throws IOException {
		this.connection.endsByServer();
		super.truncateWrites();
	}

	private void begin(ByteBuffer[] sources, int offset, int length) throws ClosedChannelException {
		check();
		if (!this.connection.isTls()) {
			for (int index = offset; index < offset + length; index++) {
				if (sources[index].hasRemaining()) {
					this.connection.sends(sources[index].get(sources[index].position()));
					return;
				}
			}
		}
	}

	private long written(long count, long offered) {
		this.connection.written(count, offered);
		return count;
	}

	private IOException failed(IOException ex) {
		this.connection.endsBecause(CloseReason.IO_ERROR);
		return ex;
	}

	@FunctionalInterface
	private interface Write {

		long write(ByteBuffer[] sources, int offset, int length) throws IOException;

	}

}
