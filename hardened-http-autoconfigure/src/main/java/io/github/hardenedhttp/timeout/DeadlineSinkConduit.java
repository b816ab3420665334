package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;

import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/**
 * The response as the application writes it. Waiting begins when somebody blocks until
 * there is room, or asks to be called when there is; an application that has nothing to
 * say spends no patience.
 * <p>
 * A thread that waits in {@code flush} for what Undertow has taken over waits for
 * nothing: Undertow goes on by itself. It is let go, and {@code flush} says "done" once.
 * {@code HttpServerExchange#endExchange} asks again, hears the truth, and leaves the rest
 * to the I/O thread; there the deadline still holds. So a response that fits the buffers
 * keeps no worker, however slow its client is.
 */
final class DeadlineSinkConduit extends AbstractStreamSinkConduit<StreamSinkConduit> {

	private final ExchangeDeadlines deadlines;

	private boolean waited;

	// Of the thread that writes.

	private boolean flushing;

	private boolean letGo;

	private boolean terminated;

	DeadlineSinkConduit(StreamSinkConduit next, ExchangeDeadlines deadlines) {
		super(next);
		this.deadlines = deadlines;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		this.deadlines.check();
		return (int) taken(super.write(source));
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		this.deadlines.check();
		return taken(super.write(sources, offset, length));
	}

	@Override
	public int writeFinal(ByteBuffer source) throws IOException {
		this.deadlines.check();
		return (int) taken(super.writeFinal(source));
	}

	@Override
	public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
		this.deadlines.check();
		return taken(super.writeFinal(sources, offset, length));
	}

	@Override
	public long transferFrom(FileChannel source, long position, long count) throws IOException {
		this.deadlines.check();
		return taken(super.transferFrom(source, position, count));
	}

	@Override
	public long transferFrom(StreamSourceChannel source, long count, ByteBuffer throughBuffer) throws IOException {
		this.deadlines.check();
		return taken(super.transferFrom(source, count, throughBuffer));
	}

	private long taken(long count) {
		if (count > 0) {
			this.deadlines.written(count);
		}
		this.flushing = false;
		this.letGo = false;
		if (this.waited) {
			if (count > 0) {
				waitingEnds();
				this.deadlines.responseTaken(count);
			}
			else if (isWriteResumed()) {
				waitingBegins();
			}
		}
		return count;
	}

	@Override
	public boolean flush() throws IOException {
		this.deadlines.check();
		if (this.letGo) {
			this.letGo = false;
			return true;
		}
		boolean flushed = super.flush();
		if (flushed && this.terminated && this.deadlines.isMultiplexed()) {
			// Who flushes while the I/O thread ends the stream can be told "done" before
			// the response is known to be (Http2DataStreamSinkChannel#flush looks at what
			// flushComplete sets last), and endExchange would reset the stream.
			flushed = super.flush();
		}
		this.flushing = !flushed;
		if (flushed) {
			waitingEnds();
		}
		else if (isWriteResumed()) {
			waitingBegins();
		}
		return flushed;
	}

	@Override
	public void terminateWrites() throws IOException {
		super.terminateWrites();
		this.terminated = true;
	}

	/**
	 * HTTP/2 queues what was written and sends it when it may. With HTTP/1.1 somebody has
	 * to go on flushing, and that is only certain at the end of a response. A conduit
	 * that compresses can hold back what was written, and says that it is shut down
	 * before all is sent.
	 */
	private boolean goesOnByItself() {
		return this.flushing && (this.terminated || this.deadlines.isMultiplexed()) && !this.deadlines.isEncoded()
				&& !isWriteShutdown();
	}

	@Override
	public void resumeWrites() {
		waitingBegins();
		super.resumeWrites();
	}

	@Override
	public void suspendWrites() {
		super.suspendWrites();
		waitingEnds();
	}

	@Override
	public void awaitWritable() throws IOException {
		awaitWritable(Long.MAX_VALUE, TimeUnit.MILLISECONDS);
	}

	@Override
	public void awaitWritable(long time, TimeUnit unit) throws IOException {
		if (goesOnByItself()) {
			this.flushing = false;
			this.letGo = true;
			return;
		}
		waitingBegins();
		this.deadlines.blockingBegins();
		try {
			this.deadlines.check();
			super.awaitWritable(Math.min(unit.toMillis(time), this.deadlines.waitMillis()), TimeUnit.MILLISECONDS);
			this.deadlines.check();
		}
		finally {
			this.deadlines.blockingEnds();
			waitingEnds();
		}
	}

	private void waitingBegins() {
		this.waited = true;
		this.deadlines.write().waitingBegins(this.deadlines.now());
	}

	private void waitingEnds() {
		if (this.waited) {
			this.deadlines.write().waitingEnds(this.deadlines.now());
		}
	}

}
