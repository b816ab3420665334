package io.github.hardenedhttp.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import javax.net.ssl.SSLException;

/**
 * What a server says to bytes that are sent piece by piece, while they are still being
 * sent. A server that has answered and closed before it has everything is understood: no
 * failure to write hides what it said.
 *
 * @param received all bytes from the server
 * @param ending how the connection ended, {@link SlowClient.Ending#NONE} if the server
 * was silent for longer than it may be
 */
public record RawExchange(byte[] received, SlowClient.Ending ending) {

	// Longer than a busy machine takes, shorter than the deadline of a request header.
	private static final Duration SILENCE = Duration.ofSeconds(8);

	/**
	 * Connects, sends and reads.
	 * @param port the port on the loopback interface
	 * @param applicationProtocol what to agree on in the TLS handshake; {@code null} for
	 * no TLS
	 * @param pieces what to send, each in a write of its own
	 * @param pause the time between two pieces
	 * @param complete whether all is said that can be expected; the connection may then
	 * stay open
	 * @return what came
	 */
	public static RawExchange with(int port, String applicationProtocol, List<byte[]> pieces, Duration pause,
			Predicate<byte[]> complete) {
		try (Socket tcp = new PatientSocket()) {
			tcp.setTcpNoDelay(true);
			tcp.setSoTimeout((int) SILENCE.toMillis());
			tcp.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			Socket socket = (applicationProtocol != null) ? SlowClient.secure(tcp, applicationProtocol) : tcp;
			SlowClient.start(() -> write(socket, pieces, pause));
			return read(socket.getInputStream(), complete);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void write(Socket socket, List<byte[]> pieces, Duration pause) {
		try {
			OutputStream out = socket.getOutputStream();
			for (byte[] piece : pieces) {
				out.write(piece);
				out.flush();
				LockSupport.parkNanos(pause.toNanos());
			}
		}
		catch (IOException ex) {
			// Closed: the reader says how.
		}
	}

	private static RawExchange read(InputStream in, Predicate<byte[]> complete) {
		ByteArrayOutputStream received = new ByteArrayOutputStream();
		byte[] bytes = new byte[8192];
		try {
			while (!complete.test(received.toByteArray())) {
				int count = in.read(bytes);
				if (count < 0) {
					return new RawExchange(received.toByteArray(), SlowClient.Ending.END_OF_STREAM);
				}
				received.write(bytes, 0, count);
			}
			return new RawExchange(received.toByteArray(), SlowClient.Ending.NONE);
		}
		catch (SocketTimeoutException ex) {
			return new RawExchange(received.toByteArray(), SlowClient.Ending.NONE);
		}
		catch (SSLException ex) {
			return new RawExchange(received.toByteArray(), (ex.getCause() instanceof SocketTimeoutException)
					? SlowClient.Ending.NONE : SlowClient.Ending.RESET);
		}
		catch (IOException ex) {
			return new RawExchange(received.toByteArray(), SlowClient.Ending.RESET);
		}
	}

	/**
	 * Ignores that the other side no longer takes anything: JSSE would close the
	 * connection, and with it what is still to be read.
	 */
	private static final class PatientSocket extends Socket {

		@Override
		public OutputStream getOutputStream() throws IOException {
			return new FilterOutputStream(super.getOutputStream()) {

				@Override
				public void write(byte[] bytes, int offset, int length) {
					try {
						this.out.write(bytes, offset, length);
					}
					catch (IOException ex) {
						// The reader comes to the end of the connection.
					}
				}

			};
		}

	}

}
