package io.github.hardenedhttp.connection;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

import io.github.hardenedhttp.undertow.ListeningSocketCustomizer;
import jdk.net.ExtendedSocketOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Sets the times of TCP keep-alive on the listening socket; the sockets it accepts
 * inherit them. XNIO knows only whether keep-alive is on, with the times of the operating
 * system, on Linux two hours. Where the platform lacks an option, its own time holds, and
 * the log says so.
 *
 * @param idleSeconds when the first probe is sent
 * @param intervalSeconds when the next
 * @param count after how many a connection is given up
 */
record TcpKeepAliveCustomizer(int idleSeconds, int intervalSeconds, int count) implements ListeningSocketCustomizer {

	private static final Log logger = LogFactory.getLog(TcpKeepAliveCustomizer.class);

	@Override
	public void customize(ServerSocketChannel socket) {
		set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, this.idleSeconds);
		set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, this.intervalSeconds);
		set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, this.count);
	}

	private static void set(ServerSocketChannel socket, SocketOption<Integer> option, int value) {
		try {
			if (socket.supportedOptions().contains(option)) {
				socket.setOption(option, value);
				return;
			}
		}
		catch (IOException ex) {
			logger.debug("Setting " + option.name(), ex);
		}
		logger.info("%s cannot be set on this platform: with %s the operating system's own value holds"
			.formatted(option.name(), StandardSocketOptions.SO_KEEPALIVE.name()));
	}

}
