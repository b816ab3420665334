package io.github.hardenedhttp.sample;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntFunction;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/2 client that keeps the rules, and leaves the pace to the test. One thread
 * reads; others may send.
 */
final class Http2Connection implements Closeable {

	private static final int WINDOW = 65_535;

	// RFC 7541, appendix A: the indexed field ":status: 200".
	private static final byte STATUS_200 = (byte) (128 | 8);

	private final Socket raw;

	private final SSLSocket socket;

	private final DataInputStream in;

	private int nextStream = 1;

	private volatile int code = -1;

	private Http2Connection(Socket raw, SSLSocket socket) throws IOException {
		this.raw = raw;
		this.socket = socket;
		this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 32 * 1024));
		send(Frames.preface(WINDOW));
	}

	/**
	 * Connects from the usual address.
	 * @param port the port on the loopback interface
	 * @param context a context that trusts whoever is there
	 * @param patience how long to wait for anything
	 * @return the connection
	 * @throws IOException if there is none
	 */
	static Http2Connection open(int port, SSLContext context, Duration patience) throws IOException {
		return open(null, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), context, patience);
	}

	/**
	 * Connects.
	 * @param source the address to come from, or null
	 * @param target the server
	 * @param context a context that trusts whoever is there
	 * @param patience how long to wait for anything
	 * @return the connection
	 * @throws IOException if there is none
	 */
	static Http2Connection open(InetSocketAddress source, InetSocketAddress target, SSLContext context,
			Duration patience) throws IOException {
		Socket raw = new Socket();
		try {
			raw.setTcpNoDelay(true);
			raw.setSoTimeout((int) patience.toMillis());
			raw.bind(source);
			raw.connect(target, (int) patience.toMillis());
			SSLSocket socket = (SSLSocket) context.getSocketFactory()
				.createSocket(raw, "localhost", target.getPort(), true);
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setApplicationProtocols(new String[] { "h2" });
			socket.setSSLParameters(parameters);
			socket.startHandshake();
			return new Http2Connection(raw, socket);
		}
		catch (IOException ex) {
			raw.close();
			throw ex;
		}
	}

	void send(byte[]... frames) throws IOException {
		byte[] all = Frames.concat(frames);
		synchronized (this.socket) {
			this.socket.getOutputStream().write(all);
		}
	}

	/**
	 * Sends what begins a stream.
	 * @param frames gets the number of the stream
	 * @return the number
	 * @throws IOException if it cannot be sent
	 */
	int request(IntFunction<byte[]> frames) throws IOException {
		int stream = this.nextStream;
		this.nextStream += 2;
		send(frames.apply(stream));
		return stream;
	}

	/**
	 * Asks, and waits for the answer.
	 * @param path the path
	 * @return the answer
	 * @throws IOException if there is none
	 */
	Answer get(String path) throws IOException {
		return answer(request((stream) -> Frames.get(stream, path)));
	}

	/**
	 * Waits for the end of an answer, and passes over all others.
	 * @param stream its stream
	 * @return the answer
	 * @throws IOException if there is none
	 */
	Answer answer(int stream) throws IOException {
		boolean ok = false;
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		while (true) {
			Frame frame = read();
			if (frame.stream() != stream) {
				continue;
			}
			ok |= frame.isOk();
			if (frame.type() == Frames.DATA) {
				body.writeBytes(frame.payload());
			}
			if (frame.type() == Frames.RST_STREAM) {
				throw new IOException("reset: " + frame);
			}
			if (frame.endsStream()) {
				return new Answer(ok, body.toByteArray());
			}
		}
	}

	/**
	 * Reads a frame. Whatever is to be done at once is done: PING is answered, and the
	 * windows are opened by as much as has come, with a frame each.
	 * @return the frame
	 * @throws IOException if there is none
	 */
	Frame read() throws IOException {
		int length = this.in.readUnsignedByte() << 16 | this.in.readUnsignedShort();
		int type = this.in.readUnsignedByte();
		int flags = this.in.readUnsignedByte();
		Frame frame = new Frame(type, flags, this.in.readInt() & Integer.MAX_VALUE, this.in.readNBytes(length));
		if (type == Frames.GOAWAY) {
			this.code = frame.code();
		}
		else if (type == Frames.PING && (flags & Frames.ACK) == 0) {
			send(Frames.frame(Frames.PING, Frames.ACK, 0, frame.payload()));
		}
		else if (type == Frames.DATA && length > 0) {
			byte[] connection = Frames.windowUpdate(0, length);
			send(connection, frame.endsStream() ? new byte[0] : Frames.windowUpdate(frame.stream(), length));
		}
		return frame;
	}

	/**
	 * Whether the server has sent a GOAWAY.
	 * @return whether it takes no more streams
	 */
	boolean isOver() {
		return this.code >= 0;
	}

	@Override
	public void close() throws IOException {
		// The socket itself would wait for whoever is writing.
		this.raw.close();
	}

	/**
	 * A frame.
	 *
	 * @param type its type
	 * @param flags its flags
	 * @param stream its stream
	 * @param payload the payload
	 */
	record Frame(int type, int flags, int stream, byte[] payload) {

		boolean isOk() {
			return this.type == Frames.HEADERS && this.payload.length > 0 && this.payload[0] == STATUS_200;
		}

		boolean endsStream() {
			return (this.type == Frames.DATA || this.type == Frames.HEADERS) && (this.flags & Frames.END_STREAM) != 0;
		}

		/**
		 * The error code of a GOAWAY or a RST_STREAM.
		 * @return the code
		 */
		int code() {
			return ByteBuffer.wrap(this.payload).getInt((this.type == Frames.GOAWAY) ? 4 : 0);
		}

		@Override
		public String toString() {
			return "type %d, flags %d, stream %d, %s".formatted(this.type, this.flags, this.stream,
					Arrays.toString(Arrays.copyOf(this.payload, Math.min(this.payload.length, 16))));
		}

	}

	/**
	 * An answer.
	 *
	 * @param isOk whether the status is 200
	 * @param body the body
	 */
	record Answer(boolean isOk, byte[] body) {

		@Override
		public String toString() {
			return (this.isOk ? "200" : "not 200") + ", body of " + this.body.length;
		}

	}

}
