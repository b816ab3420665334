package io.github.hardenedhttp.undertow;

import java.lang.reflect.Field;
import java.nio.channels.ServerSocketChannel;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.AcceptingChannel;

import org.springframework.util.ReflectionUtils;

/**
 * The socket behind XNIO's server channel, which has no public way to it: read from the
 * fields of {@code QueuedNioTcpServer2} and {@code NioTcpServer}, once for each listener.
 * Where they have changed, sockets keep the operating system's defaults.
 */
final class ListeningSocket {

	private static final Log logger = LogFactory.getLog(ListeningSocket.class);

	private ListeningSocket() {
	}

	static @Nullable ServerSocketChannel of(AcceptingChannel<?> server) {
		try {
			Object nioServer = read(server, "realServer");
			Object socket = read((nioServer != null) ? nioServer : server, "channel");
			if (socket instanceof ServerSocketChannel channel) {
				return channel;
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Looking for the listening socket", ex);
		}
		logger.info("The listening socket of %s cannot be reached: TCP keep-alive has the operating system's times"
			.formatted(server.getClass().getName()));
		return null;
	}

	private static @Nullable Object read(Object target, String name) {
		Field field = ReflectionUtils.findField(target.getClass(), name);
		if (field == null) {
			return null;
		}
		ReflectionUtils.makeAccessible(field);
		return ReflectionUtils.getField(field, target);
	}

}
