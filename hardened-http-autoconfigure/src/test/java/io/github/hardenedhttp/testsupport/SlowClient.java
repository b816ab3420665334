package io.github.hardenedhttp.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client on a raw socket that can be as slow as it likes: it sends what it is told, or
 * a byte at a time, or nothing, and says how the server put an end to it.
 */
public final class SlowClient implements Closeable {

	// A TLS 1.3 client hello, without meaning but well-formed as far as it goes.
	private static final byte[] CLIENT_HELLO = HexFormat.of()
		.parseHex("1603010200010001fc0303" + "5a".repeat(32) + "20" + "a5".repeat(32) + "0002130101000100");

	private final Socket tcp;

	private final Socket socket;

	private SlowClient(Socket tcp, Socket socket) {
		this.tcp = tcp;
		this.socket = socket;
	}

	/**
	 * Connects without a word.
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static SlowClient connect(int port) {
		return connect(port, 0);
	}

	/**
	 * Connects without a word, with a small receive buffer.
	 * @param port the port on the loopback interface
	 * @param receiveBuffer the size of the socket's buffer, 0 for the system's choice
	 * @return the client
	 */
	public static SlowClient connect(int port, int receiveBuffer) {
		Socket socket = open(port, receiveBuffer);
		return new SlowClient(socket, socket);
	}

	/**
	 * Connects without a word, as another machine would.
	 * @param from the address to come from, such as {@code 127.0.0.2}
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static SlowClient connectFrom(String from, int port) {
		Socket socket = open(from, port, 0);
		return new SlowClient(socket, socket);
	}

	/**
	 * Connects and does the TLS handshake.
	 * @param port the port on the loopback interface
	 * @return the client
	 */
	public static SlowClient tls(int port) {
		return tls(port, 0);
	}

	/**
	 * Connects and does the TLS handshake, with a small receive buffer.
	 * @param port the port on the loopback interface
	 * @param receiveBuffer the size of the socket's buffer, 0 for the system's choice
	 * @return the client
	 */
	public static SlowClient tls(int port, int receiveBuffer) {
		return tls(null, port, receiveBuffer);
	}

	/**
	 * Connects as another machine would, and does the TLS handshake.
	 * @param from the address to come from, such as {@code 127.0.0.2}
	 * @param port the port on the loopback interface
	 * @param receiveBuffer the size of the socket's buffer, 0 for the system's choice
	 * @return the client
	 */
	public static SlowClient tls(String from, int port, int receiveBuffer) {
		Socket socket = open(from, port, receiveBuffer);
		return new SlowClient(socket, secure(socket, "http/1.1"));
	}

	static Socket open(int port, int receiveBuffer) {
		return open(null, port, receiveBuffer);
	}

	static Socket open(String from, int port, int receiveBuffer) {
		try {
			Socket socket = new Socket();
			if (from != null) {
				socket.bind(new InetSocketAddress(from, 0));
			}
			if (receiveBuffer > 0) {
				socket.setReceiveBufferSize(receiveBuffer);
			}
			socket.setTcpNoDelay(true);
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
			return socket;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static SSLSocket secure(Socket socket, String applicationProtocol) {
		try {
			SSLSocket secured = (SSLSocket) Trust.context()
				.getSocketFactory()
				.createSocket(socket, "localhost", socket.getPort(), true);
			SSLParameters parameters = secured.getSSLParameters();
			parameters.setApplicationProtocols(new String[] { applicationProtocol });
			secured.setSSLParameters(parameters);
			secured.startHandshake();
			return secured;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The first bytes of a TLS handshake.
	 * @return part of a client hello
	 */
	public static byte[] halfClientHello() {
		return CLIENT_HELLO.clone();
	}

	public InetSocketAddress local() {
		return (InetSocketAddress) this.tcp.getLocalSocketAddress();
	}

	public SlowClient send(String text) {
		return send(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	public SlowClient send(byte[] bytes) {
		try {
			OutputStream out = this.socket.getOutputStream();
			out.write(bytes);
			out.flush();
			return this;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Sends bytes piece by piece until they are sent or the connection is gone, without
	 * waiting for that.
	 * @param bytes the bytes
	 * @param size how many at a time
	 * @param pause the time between two pieces
	 * @return this client
	 */
	public SlowClient drip(byte[] bytes, int size, Duration pause) {
		start(() -> {
			for (int at = 0; at < bytes.length && !this.socket.isClosed(); at += size) {
				send(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
				LockSupport.parkNanos(pause.toNanos());
			}
		});
		return this;
	}

	public SlowClient drip(String text, Duration pause) {
		return drip(text.getBytes(StandardCharsets.ISO_8859_1), 1, pause);
	}

	/**
	 * Reads the response a little at a time until the connection is gone, without waiting
	 * for that.
	 * @param size how many bytes at a time
	 * @param pause the time between two reads
	 * @return this client
	 */
	public SlowClient readDripping(int size, Duration pause) {
		start(() -> {
			byte[] bytes = new byte[size];
			try {
				while (this.socket.getInputStream().read(bytes) >= 0) {
					LockSupport.parkNanos(pause.toNanos());
				}
			}
			catch (IOException ex) {
				// Gone.
			}
		});
		return this;
	}

	static void start(Runnable task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IllegalStateException ex) {
				// The connection is gone.
			}
		}, "slow-client");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Reads and drops whatever comes until the connection is gone.
	 * @param atMost how long to wait
	 * @return how it ended
	 */
	public Ending awaitEnding(Duration atMost) {
		long end = System.nanoTime() + atMost.toNanos();
		byte[] bytes = new byte[16 * 1024];
		try {
			// Below TLS: what the kernel says, not what TLS makes of it.
			this.tcp.setSoTimeout((int) atMost.toMillis());
			while (System.nanoTime() < end) {
				if (this.tcp.getInputStream().read(bytes) < 0) {
					return Ending.END_OF_STREAM;
				}
			}
			return Ending.NONE;
		}
		catch (SocketTimeoutException ex) {
			return Ending.NONE;
		}
		catch (IOException ex) {
			return Ending.RESET;
		}
	}

	public SlowClient get(String path) {
		return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
	}

	public SlowClient post(String path, byte[] body) {
		send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
				+ "Content-Length: " + body.length + "\r\n\r\n");
		return send(body);
	}

	/**
	 * Sends a POST in chunks of 1000 bytes.
	 * @param path the path
	 * @param body the body
	 * @return this client
	 */
	public SlowClient postChunked(String path, byte[] body) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		all.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
				+ "Transfer-Encoding: chunked\r\n\r\n")
			.getBytes(StandardCharsets.ISO_8859_1));
		for (int at = 0; at < body.length; at += 1000) {
			int size = Math.min(1000, body.length - at);
			all.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
			all.write(body, at, size);
			all.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
		}
		all.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
		return send(all.toByteArray());
	}

	/**
	 * Reads the next response, or an interim one.
	 * @return the response
	 */
	public Response response() {
		return response(Duration.ofSeconds(20));
	}

	public Response response(Duration atMost) {
		try {
			this.socket.setSoTimeout((int) atMost.toMillis());
			String[] status = line().split(" ", 3);
			Map<String, String> headers = new TreeMap<>();
			for (String line = line(); !line.isEmpty(); line = line()) {
				int colon = line.indexOf(':');
				headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
			}
			int code = Integer.parseInt(status[1]);
			return new Response(code, headers, (code >= 200) ? body(headers) : new byte[0]);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private byte[] body(Map<String, String> headers) throws IOException {
		InputStream in = this.socket.getInputStream();
		if (headers.containsKey("content-length")) {
			return exactly(in, Integer.parseInt(headers.get("content-length")));
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		if (headers.containsKey("transfer-encoding")) {
			for (int size = chunkSize(); size > 0; size = chunkSize()) {
				body.writeBytes(exactly(in, size));
				line();
			}
			line();
		}
		return body.toByteArray();
	}

	private int chunkSize() throws IOException {
		return Integer.parseInt(line(), 16);
	}

	private static byte[] exactly(InputStream in, int length) throws IOException {
		byte[] bytes = in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException();
		}
		return bytes;
	}

	/**
	 * Reads one line.
	 * @return the line without its end
	 * @throws IOException if there is none
	 */
	public String line() throws IOException {
		InputStream in = this.socket.getInputStream();
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = in.read(); next != '\n'; next = in.read()) {
			if (next < 0) {
				throw new EOFException();
			}
			if (next != '\r') {
				line.write(next);
			}
		}
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Reads bytes of the response as they come.
	 * @param bytes where to put them
	 * @return how many
	 * @throws IOException if the connection is gone
	 */
	public int read(byte[] bytes) throws IOException {
		return this.socket.getInputStream().read(bytes);
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
	 * Closes some clients.
	 * @param clients the clients
	 */
	public static void closeAll(List<? extends Closeable> clients) {
		for (Closeable client : clients) {
			try {
				client.close();
			}
			catch (IOException ex) {
				// Closed.
			}
		}
	}

	/**
	 * How a connection ended, as its client sees it.
	 */
	public enum Ending {

		/**
		 * The server closed it in good order.
		 */
		END_OF_STREAM,

		/**
		 * The server reset it.
		 */
		RESET,

		/**
		 * It is still open.
		 */
		NONE

	}

	/**
	 * A response.
	 *
	 * @param status the status
	 * @param headers the headers, names in lower case
	 * @param body the body
	 */
	public record Response(int status, Map<String, String> headers, byte[] body) {

		public String text() {
			return new String(this.body, StandardCharsets.UTF_8);
		}

	}

}
