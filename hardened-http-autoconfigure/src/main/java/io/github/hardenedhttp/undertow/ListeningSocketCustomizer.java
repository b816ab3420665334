package io.github.hardenedhttp.undertow;

import java.nio.channels.ServerSocketChannel;

/**
 * Sets options on a listening socket, for the sockets it accepts to inherit.
 */
@FunctionalInterface
public interface ListeningSocketCustomizer {

	/**
	 * Called once for each listener, before it accepts.
	 * @param socket the listening socket
	 */
	void customize(ServerSocketChannel socket);

}
