package io.github.hardenedhttp.undertow;

import java.nio.channels.ServerSocketChannel;

import org.xnio.OptionMap;

/**
 * Sets options on a listening socket, for the sockets it accepts to have.
 */
public interface ListeningSocketCustomizer {

	/**
	 * Options XNIO knows; where the user has set one, that holds.
	 * @return the options
	 */
	default OptionMap options() {
		return OptionMap.EMPTY;
	}

	/**
	 * Called once for each listener, before it accepts. Sockets that are accepted inherit
	 * what is set here.
	 * @param socket the listening socket
	 */
	default void customize(ServerSocketChannel socket) {
	}

}
