package io.github.hardenedhttp.redirect;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A socket that sends what it is told to, well-formed or not.
 */
final class RawClient implements AutoCloseable {

	private final Socket socket = new Socket();

	RawClient(int port) throws IOException {
		this(InetAddress.getByName("127.0.0.1"), port);
	}

	RawClient(InetAddress address, int port) throws IOException {
		this.socket.connect(new InetSocketAddress(address, port), 10_000);
		this.socket.setSoTimeout(10_000);
		this.socket.setTcpNoDelay(true);
	}

	RawClient send(String bytes) throws IOException {
		this.socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
		return this;
	}

	/**
	 * Reads until the server has closed the connection; fails if it never does.
	 */
	String receiveAll() throws IOException {
		StringBuilder received = new StringBuilder();
		InputStream in = this.socket.getInputStream();
		try {
			for (int next = in.read(); next >= 0; next = in.read()) {
				received.append((char) next);
			}
		}
		catch (SocketException ex) {
			// A reset is a close, too.
		}
		return received.toString();
	}

	/**
	 * Keeps sending the given bytes, one each interval, until the server closes.
	 */
	Duration dripUntilClosed(String bytes, Duration interval) throws IOException {
		long start = System.nanoTime();
		this.socket.setSoTimeout((int) interval.toMillis());
		for (int i = 0; elapsed(start).toSeconds() < 30; i++) {
			try {
				if (!bytes.isEmpty()) {
					send(bytes.substring(i % bytes.length(), i % bytes.length() + 1));
				}
				if (this.socket.getInputStream().read() < 0) {
					return elapsed(start);
				}
			}
			catch (java.net.SocketTimeoutException ex) {
				// still open
			}
			catch (SocketException ex) {
				return elapsed(start);
			}
		}
		throw new AssertionError("still open after " + elapsed(start));
	}

	private static Duration elapsed(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

	int localPort() {
		return this.socket.getLocalPort();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
