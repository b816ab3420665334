package io.github.hardenedhttp.undertow;

/**
 * How many file descriptors the process has open for each connection: one for its socket,
 * and those a TLS engine opens.
 *
 * @param number the number, at least 1
 */
public record ConnectionDescriptors(int number) {

	/**
	 * The socket and nothing else.
	 */
	public static final ConnectionDescriptors SOCKET = new ConnectionDescriptors(1);

}
