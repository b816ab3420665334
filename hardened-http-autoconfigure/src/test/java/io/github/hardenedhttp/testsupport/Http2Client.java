package io.github.hardenedhttp.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;
import io.undertow.util.HttpString;

/**
 * An HTTP/2 client that sends the frames it is told, in order or not, and collects what
 * the server sends. It does nothing by itself: no SETTINGS are acknowledged and no window
 * is opened unless asked for.
 */
public final class Http2Client implements Closeable {

	public static final int DATA = 0;

	public static final int HEADERS = 1;

	public static final int RST_STREAM = 3;

	public static final int SETTINGS = 4;

	public static final int PING = 6;

	public static final int GOAWAY = 7;

	public static final int WINDOW_UPDATE = 8;

	public static final int CONTINUATION = 9;

	public static final int END_STREAM = 1;

	public static final int END_HEADERS = 4;

	private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

	private final Socket tcp;

	private final Socket socket;

	private final List<Frame> frames = new ArrayList<>();

	private final HpackDecoder decoder = new HpackDecoder();

	private final boolean opensWindows;

	private boolean ended;

	private volatile long pausePerFrame;

	private volatile boolean paused;

	private Http2Client(Socket tcp, Socket socket, boolean opensWindows) {
		this.tcp = tcp;
		this.socket = socket;
		this.opensWindows = opensWindows;
	}

	/**
	 * Does the TLS handshake and not a word more.
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static Http2Client tls(int port) {
		return tls(port, 0, false);
	}

	/**
	 * Does the TLS handshake and sends the preface and empty SETTINGS, as a client that
	 * opens the windows as it reads.
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static Http2Client honest(int port) {
		return honest(port, 0);
	}

	/**
	 * As {@link #honest(int)}, with a small receive buffer.
	 * @param port the port on the loopback interface
	 * @param receiveBuffer the size of the socket's buffer, 0 for the system's choice
	 * @return the client
	 */
	public static Http2Client honest(int port, int receiveBuffer) {
		return tls(port, receiveBuffer, true).preface();
	}

	/**
	 * As {@link #honest(int)}, as another machine would.
	 * @param from the address to come from, such as {@code 127.0.0.2}
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static Http2Client honest(String from, int port) {
		return tls(SlowClient.open(from, port, 0), true).preface();
	}

	private static Http2Client tls(int port, int receiveBuffer, boolean opensWindows) {
		return tls(SlowClient.open(port, receiveBuffer), opensWindows);
	}

	private static Http2Client tls(Socket tcp, boolean opensWindows) {
		var secured = SlowClient.secure(tcp, "h2");
		if (!"h2".equals(secured.getApplicationProtocol())) {
			throw new IllegalStateException("h2 was not agreed on");
		}
		Http2Client client = new Http2Client(tcp, secured, opensWindows);
		SlowClient.start(client::readFrames);
		return client;
	}

	public InetSocketAddress local() {
		return (InetSocketAddress) this.tcp.getLocalSocketAddress();
	}

	public Http2Client preface(int... settings) {
		send(PREFACE);
		ByteBuffer payload = ByteBuffer.allocate(settings.length / 2 * 6);
		for (int at = 0; at < settings.length; at += 2) {
			payload.putShort((short) settings[at]).putInt(settings[at + 1]);
		}
		return frame(SETTINGS, 0, 0, payload.array());
	}

	public Http2Client frame(int type, int flags, int stream, byte[] payload) {
		ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
		frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
		frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
		return send(frame.array());
	}

	/**
	 * Asks for a page.
	 * @param stream the stream, an odd number
	 * @param path the path
	 * @param more further headers: name, value, name ...
	 * @return this client
	 */
	public Http2Client get(int stream, String path, String... more) {
		return frame(HEADERS, END_HEADERS | END_STREAM, stream, headers("GET", path, more));
	}

	/**
	 * Announces a body.
	 * @param stream the stream, an odd number
	 * @param path the path
	 * @param more further headers: name, value, name ...
	 * @return this client
	 */
	public Http2Client post(int stream, String path, String... more) {
		return frame(HEADERS, END_HEADERS, stream, headers("POST", path, more));
	}

	public Http2Client data(int stream, byte[] body, boolean last) {
		int at = 0;
		do {
			int size = Math.min(16_384, body.length - at);
			boolean end = last && at + size == body.length;
			frame(DATA, end ? END_STREAM : 0, stream, Arrays.copyOfRange(body, at, at + size));
			at += size;
		}
		while (at < body.length);
		return this;
	}

	public Http2Client windowUpdate(int stream, int increment) {
		return frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(increment).array());
	}

	public Http2Client ping() {
		return frame(PING, 0, 0, new byte[8]);
	}

	public Http2Client resetStream(int stream) {
		return frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(8).array());
	}

	/**
	 * Sends a body, or the first part of one, as the windows allow.
	 * @param stream the stream
	 * @param body the body
	 * @param last whether nothing follows
	 * @return this client
	 */
	public Http2Client upload(int stream, byte[] body, boolean last) {
		int at = 0;
		do {
			int size = (int) Math.min(Math.min(16_384, body.length - at), awaitWindow(stream, at));
			boolean end = last && at + size == body.length;
			frame(DATA, end ? END_STREAM : 0, stream, Arrays.copyOfRange(body, at, at + size));
			at += size;
		}
		while (at < body.length);
		return this;
	}

	private long awaitWindow(int stream, int sent) {
		long[] window = new long[1];
		await(Duration.ofSeconds(20), (all) -> {
			window[0] = Math.min(window(all, stream), window(all, 0)) - sent;
			return window[0] > 0 || all.stream().anyMatch((frame) -> frame.isEndOf(stream));
		});
		return Math.max(window[0], 1);
	}

	private static long window(List<Frame> all, int stream) {
		return 65_535 + all.stream()
			.filter((frame) -> frame.type() == WINDOW_UPDATE && frame.stream() == stream)
			.mapToLong((frame) -> ByteBuffer.wrap(frame.payload()).getInt())
			.sum();
	}

	/**
	 * A header block without compression (RFC 7541, section 6.2.2).
	 * @param method the method
	 * @param path the path
	 * @param more further headers: name, value, name ...
	 * @return the block
	 */
	public static byte[] headers(String method, String path, String... more) {
		return headersTo("localhost", method, path, more);
	}

	/**
	 * The same for another host.
	 * @param authority the host, with or without port
	 * @param method the method
	 * @param path the path
	 * @param more further headers: name, value, name ...
	 * @return the block
	 */
	public static byte[] headersTo(String authority, String method, String path, String... more) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		literal(block, ":method", method);
		literal(block, ":scheme", "https");
		literal(block, ":authority", authority);
		literal(block, ":path", path);
		block.writeBytes(block(more));
		return block.toByteArray();
	}

	/**
	 * A header block of these fields alone, such as trailers.
	 * @param fields the fields: name, value, name ...
	 * @return the block
	 */
	public static byte[] block(String... fields) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		for (int at = 0; at < fields.length; at += 2) {
			literal(block, fields[at], fields[at + 1]);
		}
		return block.toByteArray();
	}

	private static void literal(ByteArrayOutputStream block, String name, String value) {
		block.write(0);
		string(block, name);
		string(block, value);
	}

	private static void string(ByteArrayOutputStream block, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
		if (bytes.length < 127) {
			block.write(bytes.length);
		}
		else {
			block.write(127);
			int rest = bytes.length - 127;
			for (; rest >= 128; rest >>= 7) {
				block.write(rest & 127 | 128);
			}
			block.write(rest);
		}
		block.writeBytes(bytes);
	}

	public synchronized Http2Client send(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
			this.socket.getOutputStream().flush();
			return this;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Does something again and again until the connection is gone, without waiting for
	 * that.
	 * @param pause the time between two times
	 * @param action what to do
	 * @return this client
	 */
	public Http2Client every(Duration pause, Runnable action) {
		SlowClient.start(() -> {
			while (!this.socket.isClosed()) {
				action.run();
				LockSupport.parkNanos(pause.toNanos());
			}
		});
		return this;
	}

	/**
	 * Takes a pause after each frame from now on.
	 * @param pause the pause
	 * @return this client
	 */
	public Http2Client slowly(Duration pause) {
		this.pausePerFrame = pause.toNanos();
		return this;
	}

	/**
	 * Reads no more.
	 * @return this client
	 */
	public Http2Client pause() {
		this.paused = true;
		return this;
	}

	private void readFrames() {
		try {
			DataInputStream in = new DataInputStream(this.socket.getInputStream());
			while (true) {
				while (this.paused) {
					TimeUnit.MILLISECONDS.sleep(20);
				}
				int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
				int type = in.readUnsignedByte();
				int flags = in.readUnsignedByte();
				int stream = in.readInt() & Integer.MAX_VALUE;
				byte[] payload = in.readNBytes(length);
				received(new Frame(type, flags, stream, payload, decoded(type, payload)));
				LockSupport.parkNanos(this.pausePerFrame);
			}
		}
		catch (IOException | IllegalStateException | InterruptedException ex) {
			synchronized (this.frames) {
				this.ended = true;
				this.frames.notifyAll();
			}
		}
	}

	private Map<String, String> decoded(int type, byte[] payload) {
		Map<String, String> headers = new TreeMap<>();
		if (type == HEADERS) {
			this.decoder.setHeaderEmitter((HttpString name, String value, boolean neverIndex) -> headers
				.put(name.toString().toLowerCase(Locale.ROOT), value));
			try {
				this.decoder.decode(ByteBuffer.wrap(payload), false);
			}
			catch (HpackException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return headers;
	}

	private void received(Frame frame) {
		synchronized (this.frames) {
			this.frames.add(frame);
			this.frames.notifyAll();
		}
		if (this.opensWindows && frame.type() == DATA && frame.payload().length > 0) {
			windowUpdate(0, frame.payload().length);
			windowUpdate(frame.stream(), frame.payload().length);
		}
	}

	/**
	 * Waits until something is true of the frames received.
	 * @param atMost how long
	 * @param condition the condition
	 * @return whether it came true
	 */
	public boolean await(Duration atMost, Predicate<List<Frame>> condition) {
		long end = System.nanoTime() + atMost.toNanos();
		synchronized (this.frames) {
			try {
				while (!condition.test(this.frames)) {
					long left = (end - System.nanoTime()) / 1_000_000;
					if (left <= 0 || this.ended) {
						return false;
					}
					this.frames.wait(left);
				}
				return true;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	/**
	 * Waits for the end of the connection.
	 * @param atMost how long
	 * @return whether it came
	 */
	public boolean awaitEnd(Duration atMost) {
		await(atMost, (frames) -> this.ended);
		return this.ended;
	}

	/**
	 * Waits for the reset of a stream.
	 * @param stream the stream
	 * @param atMost how long
	 * @return whether it came
	 */
	public boolean awaitReset(int stream, Duration atMost) {
		return await(atMost, (frames) -> frames.stream()
			.anyMatch((frame) -> frame.type() == RST_STREAM && frame.stream() == stream));
	}

	/**
	 * Waits for a whole response.
	 * @param stream the stream
	 * @return the response
	 */
	public SlowClient.Response response(int stream) {
		return response(stream, Duration.ofSeconds(20));
	}

	public SlowClient.Response response(int stream, Duration atMost) {
		boolean complete = await(atMost, (all) -> all.stream().anyMatch((frame) -> frame.isEndOf(stream)));
		Map<String, String> headers = new TreeMap<>();
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		for (Frame frame : frames()) {
			if (frame.stream() == stream) {
				if (frame.type() == RST_STREAM) {
					throw new IllegalStateException("Stream %d was reset with %d after the headers %s, in %s".formatted(
							stream, ByteBuffer.wrap(frame.payload()).getInt(), headers,
							frames().stream().filter((each) -> each.stream() == stream).toList()));
				}
				headers.putAll(frame.headers());
				if (frame.type() == DATA) {
					body.writeBytes(frame.payload());
				}
			}
		}
		if (!complete) {
			List<Frame> all = frames();
			throw new IllegalStateException(
					"No whole response on stream %d, the connection %s after %d frames, the last %s".formatted(stream,
							this.ended ? "has ended" : "is open", all.size(),
							all.isEmpty() ? "" : all.get(all.size() - 1)));
		}
		return new SlowClient.Response(Integer.parseInt(headers.get(":status")), headers, body.toByteArray());
	}

	public List<Frame> frames() {
		synchronized (this.frames) {
			return List.copyOf(this.frames);
		}
	}

	/**
	 * Ends the connection with a reset.
	 */
	public void reset() {
		try {
			this.tcp.setSoLinger(true, 0);
			this.tcp.close();
		}
		catch (IOException ex) {
			// There is nothing to end where TLS has closed it for a failure.
			if (!this.tcp.isClosed()) {
				throw new IllegalStateException(ex);
			}
		}
	}

	@Override
	public void close() {
		try {
			this.tcp.close();
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	/**
	 * A frame.
	 *
	 * @param type the type
	 * @param flags the flags
	 * @param stream the stream, 0 for the connection
	 * @param payload the payload
	 * @param headers the headers, of a HEADERS frame
	 */
	public record Frame(int type, int flags, int stream, byte[] payload, Map<String, String> headers) {

		boolean isEndOf(int stream) {
			return this.stream == stream && (this.type == RST_STREAM
					|| (this.type == DATA || this.type == HEADERS) && (this.flags & END_STREAM) != 0);
		}

		@Override
		public String toString() {
			return "[" + this.type + " stream " + this.stream + " flags " + this.flags + " length "
					+ this.payload.length + "]";
		}

	}

}
