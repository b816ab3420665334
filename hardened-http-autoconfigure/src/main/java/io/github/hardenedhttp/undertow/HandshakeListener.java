package io.github.hardenedhttp.undertow;

import java.time.Duration;

/**
 * Hears how TLS handshakes end. For each connection a TLS listener has accepted exactly
 * one of the methods is called, once: when its handshake is done, or when it is closed
 * and was not, also if no byte ever came. Called on an I/O thread or on the thread that
 * closes, without any lock; must not block.
 */
public interface HandshakeListener {

	/**
	 * A handshake is done.
	 * @param connection the connection
	 * @param protocol the protocol version, as JSSE names it
	 * @param cipherSuite the cipher suite, as JSSE names it
	 * @param duration the time since the connection was accepted
	 */
	void handshakeSucceeded(GuardedConnection connection, String protocol, String cipherSuite, Duration duration);

	/**
	 * A connection was closed before its handshake was done.
	 * @param connection the connection
	 * @param failure why
	 */
	void handshakeFailed(GuardedConnection connection, HandshakeFailure failure);

}
