package io.github.hardenedhttp.undertow;

import java.util.Locale;

/**
 * Why a connection ended. The first reason given wins: what follows from a close is not
 * its cause.
 */
public enum CloseReason {

	/**
	 * The client closed its side.
	 */
	CLIENT,

	/**
	 * The server closed after a response, or refused what it could not read.
	 */
	SERVER,

	/**
	 * The TLS handshake failed, or the client asked to renegotiate.
	 */
	HANDSHAKE_FAILURE,

	/**
	 * The TLS handshake took too long.
	 */
	HANDSHAKE_TIMEOUT,

	/**
	 * A request header took too long.
	 */
	HEADER_TIMEOUT,

	/**
	 * The client kept the server waiting for a request body.
	 */
	READ_TIMEOUT,

	/**
	 * The client kept the server waiting while a response was sent.
	 */
	WRITE_TIMEOUT,

	/**
	 * A request took longer than it may in all.
	 */
	TOTAL_TIMEOUT,

	/**
	 * Nothing was asked for too long.
	 */
	IDLE,

	/**
	 * Somebody else needed what the client kept waiting.
	 */
	EVICTED,

	/**
	 * The network failed: a reset, a broken pipe.
	 */
	IO_ERROR,

	/**
	 * The server was stopped.
	 */
	SHUTDOWN;

	/**
	 * The name as it stands in meters and logs.
	 * @return the name in lower case, with hyphens
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
