package io.github.hardenedhttp.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Counts the bytes of a body, and says so when there are too many: whoever reads gets a
 * {@link BodyTooLargeException}, and the connection lives until it is answered.
 * Undertow's own limit ends the connection, and prints a stack trace if the body is
 * chunked ({@code ChunkedStreamSourceConduit}).
 * <p>
 * After that the servlet container reads on before it answers. An HTTP/1.1 body has ended
 * for it, and the connection with the answer. Of an HTTP/2 body it drops as much again as
 * it had let through: Undertow takes what still comes on a stream that has ended for an
 * error of the whole connection. Only one thread at a time comes here, as with any
 * conduit.
 */
final class BodyLimitConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {

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
				if (!Protocols.HTTP_2_0.equals(this.exchange.getProtocol())) {
					this.ended = true;
					Connectors.terminateRequest(this.exchange);
				}
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
