package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The connections the server makes to itself, to see what a client would see. They have
 * deadlines and are judged as all others, but are told to no observer and refused by
 * nobody: no meter counts them, and no visitor has to make room.
 * <p>
 * They are known by their other end, which is bound before they connect: nobody else can
 * have it while they exist. Thread-safe.
 */
public final class OwnConnections {

	private final Set<SocketAddress> ends = ConcurrentHashMap.newKeySet();

	OwnConnections() {
	}

	/**
	 * Connects to a listener of this server.
	 * @param server the address of the listener, on this machine
	 * @param patience how long to wait for the connection, and then for each byte
	 * @return a connected socket
	 * @throws IOException if there is nobody
	 */
	public Socket connect(InetSocketAddress server, Duration patience) throws IOException {
		Socket socket = new OwnSocket();
		try {
			socket.bind(new InetSocketAddress(server.getAddress(), 0));
			this.ends.add(socket.getLocalSocketAddress());
			socket.setSoTimeout((int) patience.toMillis());
			socket.connect(server, (int) patience.toMillis());
			return socket;
		}
		catch (IOException ex) {
			socket.close();
			throw ex;
		}
	}

	boolean contains(@Nullable SocketAddress peer) {
		return peer != null && !this.ends.isEmpty() && this.ends.contains(peer);
	}

	private final class OwnSocket extends Socket {

		@Override
		public synchronized void close() throws IOException {
			SocketAddress end = isBound() && !isClosed() ? getLocalSocketAddress() : null;
			super.close();
			if (end != null) {
				OwnConnections.this.ends.remove(end);
			}
		}

	}

}
