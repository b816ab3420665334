package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLSocket;

/**
 * One request for {@code /hello} on a connection that is kept.
 */
final class Hello {

	private Hello() {
	}

	/**
	 * Asks, and reads the answer to its end.
	 * @param socket the connection
	 * @param host whom to ask for
	 * @throws IOException if the answer is not whole, or not 200
	 */
	static void ask(SSLSocket socket, String host) throws IOException {
		socket.getOutputStream()
			.write("GET /hello HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host).getBytes(StandardCharsets.US_ASCII));
		StringBuilder response = new StringBuilder();
		InputStream in = socket.getInputStream();
		while (response.indexOf("\r\n\r\nhello") < 0) {
			int next = in.read();
			if (next < 0) {
				throw new IOException("closed after: " + response);
			}
			response.append((char) next);
		}
		if (response.indexOf("HTTP/1.1 200") != 0) {
			throw new IOException("answered: " + response);
		}
	}

}
