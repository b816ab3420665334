package io.github.hardenedhttp.sample;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * The client's side of TLS, between byte arrays: whoever moves them decides when.
 */
final class TlsPipe {

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private static final int SCRATCH = 40 * 1024;

	private final SSLEngine engine;

	private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);

	private ByteBuffer unread = NOTHING;

	TlsPipe(SSLEngine engine, String applicationProtocol) throws SSLException {
		this.engine = engine;
		engine.setUseClientMode(true);
		SSLParameters parameters = engine.getSSLParameters();
		parameters.setApplicationProtocols(new String[] { applicationProtocol });
		engine.setSSLParameters(parameters);
		engine.beginHandshake();
	}

	boolean isAgreed() {
		return this.engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
	}

	/**
	 * What is to be sent for some bytes.
	 * @param plain the bytes, none to go on with the handshake
	 * @return the bytes for the network
	 * @throws SSLException if there is no way on
	 */
	byte[] wrap(byte[] plain) throws SSLException {
		ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
		ByteBuffer source = ByteBuffer.wrap(plain);
		while (source.hasRemaining() || this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
			SSLEngineResult result = this.engine.wrap(source, this.scratch.clear());
			wrapped.write(this.scratch.array(), 0, result.bytesProduced());
			if (result.getStatus() == Status.CLOSED) {
				break;
			}
		}
		return wrapped.toByteArray();
	}

	/**
	 * Takes what has come from the network.
	 * @param bytes the bytes
	 * @param plain gets what they say; what it is given is valid for the call only
	 * @return what is to be sent in answer, maybe nothing
	 * @throws SSLException if it is not TLS
	 * @throws EOFException if the server takes its leave
	 */
	byte[] unwrap(ByteBuffer bytes, Consumer<ByteBuffer> plain) throws SSLException, EOFException {
		ByteArrayOutputStream answer = new ByteArrayOutputStream();
		this.unread = ByteBuffer.allocate(this.unread.remaining() + bytes.remaining())
			.put(this.unread)
			.put(bytes)
			.flip();
		while (true) {
			SSLEngineResult result = this.engine.unwrap(this.unread, this.scratch.clear());
			if (result.bytesProduced() > 0) {
				plain.accept(this.scratch.flip());
			}
			for (Runnable task = this.engine.getDelegatedTask(); task != null; task = this.engine.getDelegatedTask()) {
				task.run();
			}
			if (this.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
				answer.writeBytes(wrap(new byte[0]));
			}
			if (result.getStatus() == Status.CLOSED) {
				throw new EOFException();
			}
			if (result.getStatus() == Status.BUFFER_UNDERFLOW
					|| result.bytesConsumed() == 0 && result.getHandshakeStatus() != HandshakeStatus.NEED_TASK
							&& result.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
				break;
			}
		}
		if (!this.unread.hasRemaining()) {
			this.unread = NOTHING;
		}
		return answer.toByteArray();
	}

}
