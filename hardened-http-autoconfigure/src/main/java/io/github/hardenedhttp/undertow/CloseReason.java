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
	 * The TLS handshake failed, or the client asked to renegotiate, or changed its keys
	 * without end.
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
	 * The connection was old, or had carried many requests.
	 */
	MAX_AGE,

	/**
	 * There were as many connections as there may be, and none that could go instead.
	 */
	LIMIT_TOTAL,

	/**
	 * The client had as many connections as one client may have.
	 */
	LIMIT_CLIENT,

	/**
	 * So many others were shaking hands that the handshake could not begin.
	 */
	LIMIT_HANDSHAKES,

	/**
	 * Somebody else needed what the client kept waiting.
	 */
	EVICTED,

	/**
	 * The client sent what HTTP does not allow.
	 */
	BAD_REQUEST,

	/**
	 * The client asked for a host the certificate of its connection does not cover. Ends
	 * requests only, never a connection.
	 */
	MISDIRECTED,

	/**
	 * The client sent HTTP/2 frames that cost the server more than they mean.
	 */
	H2_FLOOD,

	/**
	 * The network failed: a reset, a broken pipe.
	 */
	IO_ERROR,

	/**
	 * The server was stopped.
	 */
	SHUTDOWN;

	/**
	 * Whether the server ended what the client would have gone on with, and the client is
	 * to blame: it was too slow, too many, or not understood. Connections that end in the
	 * ordinary course of things, also those that were idle or old, are not forced.
	 * @return whether the close was forced
	 */
	public boolean isForced() {
		return switch (this) {
			case CLIENT, SERVER, IDLE, MAX_AGE, MISDIRECTED, IO_ERROR, SHUTDOWN -> false;
			case HANDSHAKE_FAILURE, HANDSHAKE_TIMEOUT, HEADER_TIMEOUT, READ_TIMEOUT, WRITE_TIMEOUT, TOTAL_TIMEOUT,
					LIMIT_TOTAL, LIMIT_CLIENT, LIMIT_HANDSHAKES, EVICTED, BAD_REQUEST, H2_FLOOD ->
				true;
		};
	}

	/**
	 * The name as it stands in meters and logs.
	 * @return the name in lower case, with hyphens
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
