package io.github.hardenedhttp.undertow;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * Both ends of a TCP connection: of two live connections they are never the same, so that
 * a request can be led back to its connection without trusting anything the client says.
 *
 * @param local this end
 * @param peer the other end
 */
record ConnectionKey(InetSocketAddress local, InetSocketAddress peer) {

	static @Nullable ConnectionKey of(@Nullable SocketAddress local, @Nullable SocketAddress peer) {
		if (local instanceof InetSocketAddress localAddress && peer instanceof InetSocketAddress peerAddress) {
			return new ConnectionKey(localAddress, peerAddress);
		}
		return null;
	}

}
