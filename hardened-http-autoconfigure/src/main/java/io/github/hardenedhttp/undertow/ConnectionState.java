package io.github.hardenedhttp.undertow;

import java.util.Locale;

/**
 * The life of a connection, as Go's {@code http.ConnState}, counted by the server itself.
 *
 * <pre>
 * TLS listener    HANDSHAKE --&gt; REQUEST_HEADER --&gt; ACTIVE --&gt; IDLE --&gt; REQUEST_HEADER ...
 * plain listener                REQUEST_HEADER --&gt; ACTIVE --&gt; IDLE --&gt; REQUEST_HEADER ...
 *                                                  ACTIVE --&gt; UPGRADED
 * any state       --&gt; CLOSED
 * </pre>
 *
 * An HTTP/2 connection is {@link #ACTIVE} while at least one stream is open and
 * {@link #IDLE} otherwise; it never goes back to {@link #REQUEST_HEADER}.
 */
public enum ConnectionState {

	/**
	 * Accepted on a TLS listener; the handshake has not finished.
	 */
	HANDSHAKE,

	/**
	 * Waiting for a complete request header: the first one since the handshake (plain:
	 * since accept), a later one since its first byte.
	 */
	REQUEST_HEADER,

	/**
	 * At least one request is being served.
	 */
	ACTIVE,

	/**
	 * Between requests, with nothing of the next one received.
	 */
	IDLE,

	/**
	 * The connection left HTTP, for example for a WebSocket. Only {@link #CLOSED} can
	 * follow.
	 */
	UPGRADED,

	/**
	 * Closed, by whomever. Terminal.
	 */
	CLOSED;

	/**
	 * The name as it stands in meters and endpoints.
	 * @return the name in lower case, with hyphens
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
