package io.github.hardenedhttp.tls;

import java.nio.ByteBuffer;
import java.util.Objects;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * What one record of a client lets an engine compute that has no delegated tasks: one
 * call of {@code unwrap} on a copy of it. Made on the I/O thread, run once on a handshake
 * thread, and asked for its result on the I/O thread again, in this order
 * ({@code SslConduit#runTasks}).
 */
final class HandshakeStep implements Runnable {

	private static final int RECORD_HEADER = 5;

	private static final int LARGEST_RECORD = 16 * 1024 + 2048;

	private static final byte HANDSHAKE = 22;

	private static final byte APPLICATION_DATA = 23;

	private static final byte CLIENT_HELLO = 1;

	private static final int MESSAGE_HEADER = 4;

	private static final int LARGEST_FINISHED = 256;

	private final SSLEngine engine;

	private final ByteBuffer received;

	private @Nullable SSLEngineResult result;

	private @Nullable Throwable failure;

	/**
	 * Create a step.
	 * @param engine the engine that is to compute
	 * @param source what was received, which begins with a whole record
	 */
	HandshakeStep(SSLEngine engine, ByteBuffer source) {
		this.engine = engine;
		int length = RECORD_HEADER + length(source);
		this.received = ByteBuffer.allocate(length).put(source.duplicate().limit(source.position() + length)).flip();
	}

	/**
	 * Whether there is much to compute: a whole record (RFC 8446, section 5.1) that is a
	 * message of a handshake. In TLS 1.3 those after the first are encrypted; an alert or
	 * the client's Finished is short and takes no time, its certificate is long. But what
	 * has the engine verify the certificate is short, too (CertificateVerify, RFC 8446,
	 * section 4.4.3).
	 * @param source what was received
	 * @param certificateAwaited whether the client was asked for one
	 * @return whether the record is complete and worth a thread
	 */
	static boolean isWorthwhile(ByteBuffer source, boolean certificateAwaited) {
		if (source.remaining() < RECORD_HEADER) {
			return false;
		}
		byte type = source.get(source.position());
		int length = length(source);
		boolean worth = type == HANDSHAKE
				|| (type == APPLICATION_DATA && (certificateAwaited || length > LARGEST_FINISHED));
		return worth && length <= LARGEST_RECORD && source.remaining() >= RECORD_HEADER + length;
	}

	/**
	 * Whether a client hello begins in a record and does not end in it. None is so long
	 * that it has to. Where the first of a connection is so, Undertow ends it
	 * ({@code SNISSLExplorer}).
	 * @param source what was received, which begins with a whole record
	 * @return whether the rest is to come in other records
	 */
	static boolean isPartOfClientHello(ByteBuffer source) {
		int message = source.position() + RECORD_HEADER;
		int length = length(source);
		if (source.get(source.position()) != HANDSHAKE || length == 0 || source.get(message) != CLIENT_HELLO) {
			return false;
		}
		return length < MESSAGE_HEADER || length < MESSAGE_HEADER + (source.getInt(message) & 0xFFFFFF);
	}

	private static int length(ByteBuffer source) {
		return Short.toUnsignedInt(source.getShort(source.position() + RECORD_HEADER - 2));
	}

	@Override
	public void run() {
		try {
			// There is no plain text before the end of a handshake.
			this.result = this.engine.unwrap(this.received, ByteBuffer.allocate(0));
		}
		catch (SSLException | RuntimeException ex) {
			this.failure = ex;
		}
	}

	/**
	 * Whether there is something to ask for.
	 * @return whether it was run
	 */
	boolean hasRun() {
		return this.result != null || this.failure != null;
	}

	/**
	 * What the engine has answered.
	 * @param source what was received, of which as much is taken as the engine has taken
	 * @return the engine's result
	 * @throws SSLException what the engine has thrown
	 */
	SSLEngineResult result(ByteBuffer source) throws SSLException {
		if (this.failure instanceof SSLException ex) {
			throw ex;
		}
		if (this.failure instanceof RuntimeException ex) {
			throw ex;
		}
		source.position(source.position() + this.received.position());
		return Objects.requireNonNull(this.result);
	}

}
