package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

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
			return (int) written(super.write(source));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		try {
			return written(super.write(sources, offset, length));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public int writeFinal(ByteBuffer source) throws IOException {
		try {
			return (int) written(super.writeFinal(source));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
		try {
			return written(super.writeFinal(sources, offset, length));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long transferFrom(FileChannel source, long position, long count) throws IOException {
		try {
			return written(super.transferFrom(source, position, count));
		}
		catch (IOException ex) {
			throw failed(ex);
		}
	}

	@Override
	public long transferFrom(StreamSourceChannel source, long count, ByteBuffer throughBuffer) throws IOException {
		try {
			return written(super.transferFrom(source, count, throughBuffer));
		}
		catch (IOException ex) {
			throw failed(ex);
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

	private long written(long count) {
		if (count > 0) {
			this.connection.written(count);
		}
		return count;
	}

	private IOException failed(IOException ex) {
		this.connection.endsBecause(CloseReason.IO_ERROR);
		return ex;
	}

}
