package io.github.hardenedhttp.sample;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;

/**
 * Clients on raw sockets who know what became of each of their requests. Who is told that
 * a connection ends goes on on a new one, until connecting is refused.
 */
final class ShutdownLoad {

	/**
	 * Requests whose body takes three and a half seconds to arrive.
	 */
	static final int SLOW = 10;

	private static final int HTTP1_CLIENTS = 10;

	private static final int HTTP2_CLIENTS = 2;

	private static final int IDLE_CLIENTS = 20;

	private static final long HTTP1_PERIOD = 100;

	private static final long HTTP2_PERIOD = 20;

	private static final int SLOW_PIECES = 35;

	private final int port;

	private final SSLContext tls;

	private final List<Thread> threads = new ArrayList<>();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger answeredWhileDraining = new AtomicInteger();

	private final AtomicInteger slowBegun = new AtomicInteger();

	private final AtomicInteger slowAnswered = new AtomicInteger();

	private final AtomicInteger refused = new AtomicInteger();

	private final AtomicInteger crossed = new AtomicInteger();

	private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();

	private final AtomicLong lastIdleGone = new AtomicLong();

	private volatile long drainingSince;

	private ShutdownLoad(int port, SSLContext tls) {
		this.port = port;
		this.tls = tls;
	}

	static ShutdownLoad start(int port, SSLContext tls) {
		ShutdownLoad load = new ShutdownLoad(port, tls);
		for (int client = 0; client < HTTP1_CLIENTS; client++) {
			load.start(load::http1);
		}
		for (int client = 0; client < HTTP2_CLIENTS; client++) {
			load.start(load::http2);
		}
		for (int client = 0; client < SLOW - HTTP2_CLIENTS; client++) {
			load.start(load::slow);
		}
		for (int client = 0; client < IDLE_CLIENTS; client++) {
			load.start(load::idle);
		}
		return load;
	}

	private void start(Client client) {
		Thread thread = new Thread(() -> {
			try {
				client.run();
			}
			catch (ConnectionRefusedException ex) {
				// Nobody listens any more.
			}
			catch (IOException | InterruptedException ex) {
				this.lost.add("a client failed: " + ex);
			}
		}, "load");
		thread.setDaemon(true);
		this.threads.add(thread);
		thread.start();
	}

	/**
	 * Waits until all slow requests are under way.
	 * @throws InterruptedException if the thread is interrupted
	 */
	void awaitSlow() throws InterruptedException {
		for (int wait = 0; wait < 2000 && this.slowBegun.get() < SLOW; wait++) {
			TimeUnit.MILLISECONDS.sleep(10);
		}
		TimeUnit.MILLISECONDS.sleep(500);
	}

	/**
	 * The server is about to be told to end.
	 */
	void draining() {
		this.drainingSince = System.nanoTime();
	}

	private boolean isDraining() {
		return this.drainingSince != 0;
	}

	Result result() throws InterruptedException {
		for (Thread thread : this.threads) {
			thread.join(20_000);
			if (thread.isAlive()) {
				this.lost.add("a client still waits");
			}
		}
		return new Result(this.answered.get(), this.answeredWhileDraining.get(), this.slowAnswered.get(),
				this.refused.get(), this.crossed.get(), List.copyOf(this.lost),
				Duration.ofNanos(this.lastIdleGone.get()));
	}

	private SSLSocket connect(String protocol) throws IOException {
		Socket tcp = new Socket();
		try {
			tcp.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			tcp.setTcpNoDelay(true);
			tcp.setSoTimeout(20_000);
			SSLSocket socket = (SSLSocket) this.tls.getSocketFactory().createSocket(tcp, "localhost", this.port, true);
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setApplicationProtocols(new String[] { protocol });
			socket.setSSLParameters(parameters);
			socket.startHandshake();
			return socket;
		}
		catch (IOException ex) {
			// No byte of a request was sent.
			tcp.close();
			if (!isDraining()) {
				throw ex;
			}
			this.refused.incrementAndGet();
			throw new ConnectionRefusedException(ex);
		}
	}

	private void answered(String request, int status) {
		if (status != 200) {
			this.lost.add(request + " was answered with " + status);
			return;
		}
		this.answered.incrementAndGet();
		if (isDraining()) {
			this.answeredWhileDraining.incrementAndGet();
		}
	}

	private void http1() throws IOException, InterruptedException {
		while (true) {
			try (SSLSocket socket = connect("http/1.1")) {
				boolean first = true;
				boolean persistent = true;
				while (persistent) {
					Http1Response response = new Http1Response(socket.getInputStream());
					try {
						socket.getOutputStream().write(bytes("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
						response.read();
						answered("GET /hello", response.status);
						persistent = response.persistent;
					}
					catch (IOException ex) {
						if (first || response.begun) {
							this.lost.add("GET /hello: " + ex);
						}
						else {
							this.crossed.incrementAndGet();
						}
						persistent = false;
					}
					first = false;
					TimeUnit.MILLISECONDS.sleep(HTTP1_PERIOD);
				}
			}
		}
	}

	private void slow() throws IOException, InterruptedException {
		TimeUnit.MILLISECONDS.sleep(2000);
		try (SSLSocket socket = connect("http/1.1")) {
			socket.getOutputStream()
				.write(bytes("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
						+ SLOW_PIECES + "\r\n\r\n"));
			this.slowBegun.incrementAndGet();
			for (int piece = 0; piece < SLOW_PIECES; piece++) {
				socket.getOutputStream().write('x');
				TimeUnit.MILLISECONDS.sleep(100);
			}
			Http1Response response = new Http1Response(socket.getInputStream());
			response.read();
			answered("POST /echo", response.status);
			this.slowAnswered.incrementAndGet();
		}
		catch (ConnectionRefusedException ex) {
			throw ex;
		}
		catch (IOException ex) {
			this.lost.add("POST /echo: " + ex);
		}
	}

	private void idle() throws IOException {
		try (SSLSocket socket = connect("http/1.1")) {
			socket.getOutputStream().write(bytes("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
			Http1Response response = new Http1Response(socket.getInputStream());
			response.read();
			answered("GET /hello", response.status);
			socket.setSoTimeout(60_000);
			try {
				socket.getInputStream().read();
			}
			catch (IOException ex) {
				// The end, too.
			}
			long gone = System.nanoTime() - this.drainingSince;
			this.lastIdleGone.accumulateAndGet(isDraining() ? gone : Long.MAX_VALUE, Math::max);
		}
	}

	private void http2() throws IOException, InterruptedException {
		boolean slow = true;
		while (true) {
			try (Http2Connection connection = new Http2Connection(connect("h2"))) {
				connection.run(slow);
				slow = false;
			}
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * What became of the requests.
	 *
	 * @param answered how many got a whole answer
	 * @param answeredWhileDraining how many of them after the signal
	 * @param slowAnswered how many of the slow ones
	 * @param refused how many connections could not be opened after the signal
	 * @param crossed how many requests met the end of their connection on the way, with
	 * nothing received
	 * @param lost what became of the others
	 * @param lastIdleGone when after the signal the last connection without requests was
	 * closed
	 */
	record Result(int answered, int answeredWhileDraining, int slowAnswered, int refused, int crossed,
			List<String> lost, Duration lastIdleGone) {
	}

	private interface Client {

		void run() throws IOException, InterruptedException;

	}

	private static final class ConnectionRefusedException extends IOException {

		private static final long serialVersionUID = 1L;

		ConnectionRefusedException(Throwable cause) {
			super(cause);
		}

	}

	/**
	 * One response with a length.
	 */
	private static final class Http1Response {

		private final InputStream in;

		private boolean begun;

		private int status;

		private boolean persistent = true;

		Http1Response(InputStream in) {
			this.in = in;
		}

		void read() throws IOException {
			this.status = Integer.parseInt(line().split(" ")[1]);
			int length = 0;
			for (String line = line(); !line.isEmpty(); line = line()) {
				String lower = line.toLowerCase(Locale.ROOT);
				if (lower.startsWith("content-length:")) {
					length = Integer.parseInt(lower.substring(15).trim());
				}
				this.persistent &= !lower.equals("connection: close");
			}
			if (this.in.readNBytes(length).length < length) {
				throw new EOFException("in the body");
			}
		}

		private String line() throws IOException {
			ByteArrayOutputStream line = new ByteArrayOutputStream();
			for (int next = this.in.read(); next != '\n'; next = this.in.read()) {
				if (next < 0) {
					throw new EOFException(this.begun ? "in the head" : "before the head");
				}
				this.begun = true;
				if (next != '\r') {
					line.write(next);
				}
			}
			return line.toString(StandardCharsets.ISO_8859_1);
		}

	}

	/**
	 * One connection with a request every 20 ms, whether the last was answered or not.
	 */
	private final class Http2Connection implements AutoCloseable {

		private static final int DATA = 0;

		private static final int HEADERS = 1;

		private static final int RST_STREAM = 3;

		private static final int SETTINGS = 4;

		private static final int GOAWAY = 7;

		private static final int END_STREAM = 1;

		private static final int END_HEADERS = 4;

		private final SSLSocket socket;

		// Streams without an answer yet, and their status as far as it is known.
		private final Map<Integer, Integer> open = new ConcurrentHashMap<>();

		private final HpackDecoder decoder = new HpackDecoder();

		private volatile boolean told;

		private volatile int lastStream = Integer.MAX_VALUE;

		private int slowStream;

		Http2Connection(SSLSocket socket) {
			this.socket = socket;
		}

		void run(boolean slow) throws IOException, InterruptedException {
			send(bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
			frame(SETTINGS, 0, 0, new byte[0]);
			Thread reader = new Thread(this::read, "load-reader");
			reader.setDaemon(true);
			reader.start();
			int stream = 1;
			int sent = 0;
			long start = System.nanoTime();
			try {
				while (!this.told && reader.isAlive()) {
					this.open.put(stream, 0);
					frame(HEADERS, END_HEADERS | END_STREAM, stream, headers("GET", "/hello"));
					stream += 2;
					if (slow && this.slowStream == 0 && System.nanoTime() - start > 2_000_000_000L) {
						this.slowStream = stream;
						this.open.put(stream, 0);
						frame(HEADERS, END_HEADERS, stream, headers("POST", "/echo"));
						ShutdownLoad.this.slowBegun.incrementAndGet();
						stream += 2;
					}
					sent = continueSlow(sent);
					TimeUnit.MILLISECONDS.sleep(HTTP2_PERIOD);
				}
				while (sent < SLOW_PIECES * 5 && this.slowStream != 0 && reader.isAlive()) {
					sent = continueSlow(sent);
					TimeUnit.MILLISECONDS.sleep(HTTP2_PERIOD);
				}
			}
			catch (IOException ex) {
				// The reader finds out what that means.
			}
			reader.join(20_000);
			settle();
		}

		private int continueSlow(int sent) throws IOException {
			if (this.slowStream == 0 || sent == SLOW_PIECES * 5) {
				return sent;
			}
			frame(DATA, (sent + 1 == SLOW_PIECES * 5) ? END_STREAM : 0, this.slowStream, new byte[1]);
			return sent + 1;
		}

		private void settle() {
			this.open.forEach((stream, status) -> {
				if (stream > this.lastStream) {
					ShutdownLoad.this.crossed.incrementAndGet();
				}
				else {
					ShutdownLoad.this.lost.add("stream %d of %s, status %d, %s".formatted(stream, this.lastStream,
							status, this.told ? "told" : "not told"));
				}
			});
		}

		private void read() {
			try {
				DataInputStream in = new DataInputStream(this.socket.getInputStream());
				while (!this.told || !this.open.isEmpty()) {
					int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
					int type = in.readUnsignedByte();
					int flags = in.readUnsignedByte();
					int stream = in.readInt() & Integer.MAX_VALUE;
					byte[] payload = in.readNBytes(length);
					received(type, flags, stream, payload);
				}
			}
			catch (IOException ex) {
				// The end.
			}
		}

		private void received(int type, int flags, int stream, byte[] payload) throws IOException {
			if (type == GOAWAY) {
				this.lastStream = ByteBuffer.wrap(payload).getInt() & Integer.MAX_VALUE;
				this.told = true;
			}
			else if (type == SETTINGS && flags == 0) {
				frame(SETTINGS, 1, 0, new byte[0]);
			}
			else if (type == RST_STREAM && this.open.remove(stream) != null) {
				ShutdownLoad.this.lost.add("stream " + stream + " was reset");
			}
			else if (type == HEADERS) {
				this.open.computeIfPresent(stream, (key, status) -> status(payload));
			}
			if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
				Integer status = this.open.remove(stream);
				if (status != null) {
					answered("stream " + stream, status);
					if (stream == this.slowStream) {
						ShutdownLoad.this.slowAnswered.incrementAndGet();
					}
				}
			}
		}

		private int status(byte[] block) {
			int[] status = new int[1];
			this.decoder.setHeaderEmitter((name, value, neverIndex) -> {
				if (name.toString().equals(":status")) {
					status[0] = Integer.parseInt(value);
				}
			});
			try {
				this.decoder.decode(ByteBuffer.wrap(block), false);
			}
			catch (HpackException ex) {
				throw new IllegalStateException(ex);
			}
			return status[0];
		}

		private byte[] headers(String method, String path) {
			ByteArrayOutputStream block = new ByteArrayOutputStream();
			for (String text : List.of(":method", method, ":scheme", "https", ":authority", "localhost", ":path",
					path)) {
				if (text.startsWith(":")) {
					block.write(0);
				}
				block.write(text.length());
				block.writeBytes(bytes(text));
			}
			return block.toByteArray();
		}

		private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
			send(ByteBuffer.allocate(9 + payload.length)
				.put((byte) 0)
				.putShort((short) payload.length)
				.put((byte) type)
				.put((byte) flags)
				.putInt(stream)
				.put(payload)
				.array());
		}

		private synchronized void send(byte[] bytes) throws IOException {
			this.socket.getOutputStream().write(bytes);
			this.socket.getOutputStream().flush();
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
