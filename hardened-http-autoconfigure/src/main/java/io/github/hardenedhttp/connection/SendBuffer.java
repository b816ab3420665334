package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.ListeningSocketCustomizer;
import org.xnio.OptionMap;
import org.xnio.Options;

/**
 * Bounds what the operating system holds for a client that does not read. Linux lets a
 * send buffer grow to 4 MB (tcp_wmem): encrypted, copied and kept for every client that
 * asks for something large and takes nothing. Whoever is cut for it and comes back makes
 * the server do all that again.
 *
 * @param bytes the size of the buffer, 0 for the choice of the operating system
 */
record SendBuffer(int bytes) implements ListeningSocketCustomizer {

	@Override
	public OptionMap options() {
		return (this.bytes > 0) ? OptionMap.create(Options.SEND_BUFFER, this.bytes) : OptionMap.EMPTY;
	}

}
