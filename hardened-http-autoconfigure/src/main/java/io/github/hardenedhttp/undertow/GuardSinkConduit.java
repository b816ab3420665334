package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;

import org.xnio.Buffers;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/**
 * Sees what leaves on a connection, below TLS.
 */
final class GuardSinkConduit extends AbstractStreamSinkConduit<StreamSinkConduit> {

	private final GuardedConnection connection;

	GuardSinkConduit(StreamSinkConduit next, GuardedConnection connection) {
		super(next);
		this.connection = connection;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		try {
			int offered = source.remaining();
			begin(source);
			return (int) written(super.write(source), offered);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		try {
			long offered = Buffers.remaining(sources, offset, length);
			begin(sources, offset, length);
			return written(super.write(sources, offset, length), offered);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public int writeFinal(ByteBuffer source) throws IOException {
		try {
			int offered = source.remaining();
			begin(source);
			return (int) written(super.writeFinal(source), offered);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
		try {
			long offered = Buffers.remaining(sources, offset, length);
			begin(sources, offset, length);
			return written(super.writeFinal(sources, offset, length), offered);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
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

	/**
	 * As {@link GuardSourceConduit#awaitReadable()}.
	 */
	@Override
	public void awaitWritable() throws IOException {
		super.awaitWritable(Guard.WAIT_MILLIS, TimeUnit.MILLISECONDS);
	}

	@Override
	public void awaitWritable(long time, TimeUnit unit) throws IOException {
		super.awaitWritable(Math.min(unit.toMillis(time), Guard.WAIT_MILLIS), TimeUnit.MILLISECONDS);
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

	private void begin(ByteBuffer... sources) throws ClosedChannelException {
		begin(sources, 0, sources.length);
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

}
