package io.github.hardenedhttp.undertow;

/**
 * What is spoken on a connection, as far as the server has seen.
 */
public enum ConnectionProtocol {

	/**
	 * No request has come yet.
	 */
	NONE("none"),

	/**
	 * HTTP/1.1 or 1.0.
	 */
	HTTP_1_1("http/1.1"),

	/**
	 * HTTP/2.
	 */
	HTTP_2("h2"),

	/**
	 * Something else, since an HTTP/1.1 upgrade: mostly WebSocket.
	 */
	UPGRADED("upgraded");

	private final String tag;

	ConnectionProtocol(String tag) {
		this.tag = tag;
	}

	/**
	 * The name as it stands in meters and endpoints.
	 * @return the name that ALPN has for it, where it has one
	 */
	public String tag() {
		return this.tag;
	}

}
