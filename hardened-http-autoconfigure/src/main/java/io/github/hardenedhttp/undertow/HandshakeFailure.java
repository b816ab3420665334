package io.github.hardenedhttp.undertow;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Why a TLS handshake came to nothing. The first cause wins, as with {@link CloseReason}:
 * what is seen after a client has gone is no cause.
 */
public enum HandshakeFailure {

	/**
	 * The client offers no protocol version the server accepts.
	 */
	NO_COMMON_PROTOCOL,

	/**
	 * The client offers no cipher suite the server accepts; before TLS 1.3 also where it
	 * offers no group the server accepts, for there the group belongs to the suite.
	 */
	NO_COMMON_CIPHER_SUITE,

	/**
	 * The client offers no key-exchange group the server accepts (TLS 1.3).
	 */
	NO_COMMON_GROUP,

	/**
	 * The client refused to go on, most often because it does not trust the certificate.
	 */
	CLIENT_ALERT,

	/**
	 * The client's own certificate is missing or not trusted, where one is asked for.
	 */
	CLIENT_CERTIFICATE,

	/**
	 * What came is no client hello: plain HTTP, another protocol, noise, a hello that
	 * cannot be read.
	 */
	NOT_TLS,

	/**
	 * The client closed or reset the connection, or was silent and then left.
	 */
	CLOSED_BY_CLIENT,

	/**
	 * The handshake was not done in time.
	 */
	TIMEOUT,

	/**
	 * The server ended the connection for a reason that is not the client's handshake: a
	 * limit, an eviction, the end of the server.
	 */
	ENDED_BY_SERVER,

	/**
	 * Anything else, such as a message that makes no sense.
	 */
	OTHER;

	/**
	 * The failure of a connection that ended before its handshake did.
	 * @param reason why it ended
	 * @return the failure
	 */
	static HandshakeFailure of(@Nullable CloseReason reason) {
		if (reason == null) {
			return OTHER;
		}
		return switch (reason) {
			case CLIENT, IO_ERROR -> CLOSED_BY_CLIENT;
			case HANDSHAKE_TIMEOUT -> TIMEOUT;
			// The engine would have told a better one, so there was none yet: it is made
			// when the client hello is complete.
			case HANDSHAKE_FAILURE -> NOT_TLS;
			default -> ENDED_BY_SERVER;
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
