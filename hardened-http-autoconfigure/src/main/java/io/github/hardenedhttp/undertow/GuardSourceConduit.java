package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;

import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Sees what arrives on a connection, below TLS. {@code SslConduit} takes the conduit that
 * is set on the raw connection when it is built, so this one must be set before
 * {@code accept()} returns.
 */
final class GuardSourceConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {

	private static final byte TLS_HANDSHAKE_RECORD = 22;

	private final GuardedConnection connection;

	GuardSourceConduit(StreamSourceConduit next, GuardedConnection connection) {
		super(next);
		this.connection = connection;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		if (this.connection.readsEnded()) {
			return -1;
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
	public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
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

	@Override
	public long transferTo(long position, long count, FileChannel target) throws IOException {
		if (this.connection.readsEnded()) {
			return -1;
		}
		try {
			return read(super.transferTo(position, count, target));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long transferTo(long count, ByteBuffer throughBuffer, StreamSinkChannel target) throws IOException {
		if (this.connection.readsEnded()) {
			return -1;
		}
		try {
			return read(super.transferTo(count, throughBuffer, target));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	private long read(long count) {
		if (this.connection.wasLastRead(count > 0)) {
			return -1;
		}
		this.connection.read(count);
		return count;
	}

	/**
	 * Waits a little only, and may return without cause: those who wait are asked again
	 * and again whether they still may ({@code SslConduit} ignores the time it is given).
	 */
	@Override
	public void awaitReadable() throws IOException {
		super.awaitReadable(Guard.WAIT_MILLIS, TimeUnit.MILLISECONDS);
	}

	@Override
	public void awaitReadable(long time, TimeUnit unit) throws IOException {
		super.awaitReadable(Math.min(unit.toMillis(time), Guard.WAIT_MILLIS), TimeUnit.MILLISECONDS);
	}

	private IOException failed(IOException ex) {
		this.connection.endsBecause(CloseReason.IO_ERROR);
		return ex;
	}

}
