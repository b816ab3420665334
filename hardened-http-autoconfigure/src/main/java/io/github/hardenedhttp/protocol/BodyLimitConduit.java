package io.github.hardenedhttp.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Counts the bytes of a body, and says so when there are too many: whoever reads gets a
 * {@link BodyTooLargeException}, and the connection lives until it is answered.
 * Undertow's own limit ends the connection, and prints a stack trace if the body is
 * chunked ({@code ChunkedStreamSourceConduit}).
 * <p>
 * For whoever reads, the body has ended after that, and the answer goes out. An HTTP/1.1
 * connection ends with it. What an HTTP/2 client sends on is dropped on the I/O thread,
 * as much again as was let through, for a second, before its stream is reset: Undertow
 * takes what still comes on a stream that was reset for an error of the whole connection.
 * Only one thread at a time comes here, as with any conduit.
 */
final class BodyLimitConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {

	private static final int DROP_BYTES = 16 * 1024;

	private static final int DROP_MILLIS = 1000;

	private final HttpServerExchange exchange;

	private final Refusal refusal;

	private final BodyLimit limit;

	private long count;

	private boolean drops;

	private boolean ended;

	BodyLimitConduit(StreamSourceConduit next, HttpServerExchange exchange, Refusal refusal, BodyLimit limit) {
		super(next);
		this.exchange = exchange;
		this.refusal = refusal;
		this.limit = limit;
	}

	/**
	 * Reads the body of a request that was refused, to nobody's use.
	 * @return this conduit
	 */
	BodyLimitConduit dropping() {
		this.drops = true;
		return this;
	}

	@Override
	public int read(ByteBuffer buffer) throws IOException {
		if (this.drops) {
			return drop(buffer);
		}
		int read = this.next.read(buffer);
		count(read);
		return read;
	}

	@Override
	public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
		for (int at = offset; at < offset + length; at++) {
			if (buffers[at].hasRemaining()) {
				return read(buffers[at]);
			}
		}
		return 0;
	}

	@Override
	public long transferTo(long position, long count, FileChannel target) throws IOException {
		// Undertow, which clears up, reads into a buffer if this is no way.
		return this.drops ? 0 : count(this.next.transferTo(position, count, target));
	}

	@Override
	public long transferTo(long count, ByteBuffer through, StreamSinkChannel target) throws IOException {
		if (this.drops) {
			int dropped = drop(through.clear());
			through.limit(0);
			return dropped;
		}
		long transferred = this.next.transferTo(count, through, target);
		count(through.remaining());
		return count(transferred);
	}

	@Override
	public void terminateReads() throws IOException {
		if (!this.ended) {
			super.terminateReads();
		}
	}

	private long count(long read) throws IOException {
		if (read > 0) {
			this.count += read;
			check(this.count);
		}
		return read;
	}

	private void check(long length) throws IOException {
		long max = max();
		if (max > 0 && length > max) {
			if (this.exchange.isResponseComplete()) {
				// Nobody reads any more but Undertow, which clears up.
				startDropping();
			}
			else if (this.refusal.applies(this.exchange)) {
				startDropping();
				endRequest();
				throw new BodyTooLargeException(max);
			}
		}
	}

	/**
	 * The servlet container knows the limit of a multipart request only later than the
	 * first handlers, and an application may set one of its own.
	 */
	private long max() {
		long set = this.exchange.getMaxEntitySize();
		return (set != BodyLimit.OURS) ? set : this.limit.max();
	}

	private void startDropping() {
		this.drops = true;
		this.count = 0;
		this.exchange.setPersistent(false);
	}

	/**
	 * Lets the answer go first: the servlet container reads to the end before it answers.
	 */
	private void endRequest() {
		this.ended = true;
		if (Protocols.HTTP_2_0.equals(this.exchange.getProtocol())) {
			this.exchange.addExchangeCompleteListener((answered, nextListener) -> {
				answered.getIoThread().execute(this::dropRest);
				answered.getIoThread().executeAfter(this::resetUnlessEnded, DROP_MILLIS, TimeUnit.MILLISECONDS);
				nextListener.proceed();
			});
		}
		Connectors.terminateRequest(this.exchange);
	}

	private void dropRest() {
		this.ended = false;
		this.next.setReadReadyHandler(new ReadReadyHandler() {

			@Override
			public void readReady() {
				dropRest();
			}

			@Override
			public void forceTermination() {
			}

			@Override
			public void terminated() {
			}

		});
		try {
			if (drop(ByteBuffer.allocate(DROP_BYTES)) == 0) {
				this.next.resumeReads();
			}
			else {
				this.ended = true;
				this.next.suspendReads();
			}
		}
		catch (IOException ex) {
			this.ended = true;
			IoUtils.safeClose(this.exchange.getConnection());
		}
	}

	/**
	 * A client may neither send on nor end its stream when it has the answer (curl 7.88).
	 */
	private void resetUnlessEnded() {
		if (!this.ended) {
			IoUtils.safeClose(this.exchange.getConnection());
		}
	}

	private int drop(ByteBuffer buffer) throws IOException {
		if (this.ended) {
			return -1;
		}
		int start = buffer.position();
		int read = this.next.read(buffer);
		while (read > 0) {
			buffer.position(start);
			this.count += read;
			if (max() > 0 && this.count > max()) {
				throw new BodyTooLargeException(max());
			}
			read = this.next.read(buffer);
		}
		return read;
	}

}
