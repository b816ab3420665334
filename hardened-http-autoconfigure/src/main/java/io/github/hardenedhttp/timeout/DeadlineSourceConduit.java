package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;

import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The request body as the application reads it. Waiting begins when somebody blocks for
 * it, or asks to be called when there is more, and finds nothing; an application that
 * does something else spends no patience.
 */
final class DeadlineSourceConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {

	private final ExchangeDeadlines deadlines;

	private boolean waited;

	// What came before anybody waited for it.
	private long unasked;

	DeadlineSourceConduit(StreamSourceConduit next, ExchangeDeadlines deadlines) {
		super(next);
		this.deadlines = deadlines;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		this.deadlines.check();
		return (int) received(super.read(target));
	}

	@Override
	public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
		this.deadlines.check();
		return received(super.read(targets, offset, length));
	}

	@Override
	public long transferTo(long position, long count, FileChannel target) throws IOException {
		this.deadlines.check();
		return received(super.transferTo(position, count, target));
	}

	@Override
	public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target) throws IOException {
		this.deadlines.check();
		return received(super.transferTo(count, throughBuffer, target));
	}

	private long received(long count) {
		if (count == 0 && isReadResumed()) {
			waitingBegins();
		}
		else if (count != 0 && this.waited) {
			long now = this.deadlines.now();
			this.deadlines.read().waitingEnds(now);
			this.deadlines.read().progress(Math.max(count, 0), now);
		}
		else if (count > 0) {
			this.unasked += count;
		}
		return count;
	}

	@Override
	public void resumeReads() {
		waitingBegins();
		super.resumeReads();
	}

	@Override
	public void suspendReads() {
		super.suspendReads();
		waitingEnds();
	}

	@Override
	public void awaitReadable() throws IOException {
		awaitReadable(Long.MAX_VALUE, TimeUnit.MILLISECONDS);
	}

	@Override
	public void awaitReadable(long time, TimeUnit unit) throws IOException {
		waitingBegins();
		this.deadlines.blockingBegins();
		try {
			this.deadlines.check();
			super.awaitReadable(Math.min(unit.toMillis(time), this.deadlines.waitMillis()), TimeUnit.MILLISECONDS);
			this.deadlines.check();
		}
		finally {
			this.deadlines.blockingEnds();
			waitingEnds();
		}
	}

	private void waitingBegins() {
		if (!this.waited) {
			this.waited = true;
			this.deadlines.read().bank(this.unasked);
		}
		this.deadlines.read().waitingBegins(this.deadlines.now());
	}

	private void waitingEnds() {
		if (this.waited) {
			this.deadlines.read().waitingEnds(this.deadlines.now());
		}
	}

}
