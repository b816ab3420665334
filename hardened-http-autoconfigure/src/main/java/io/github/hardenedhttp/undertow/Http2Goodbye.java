package io.github.hardenedhttp.undertow;

import java.lang.reflect.Field;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * The way to end an HTTP/2 connection with a word. {@code Http2Channel#sendGoAway} is
 * public, but {@code Http2ServerConnection} keeps the channel to itself, so it is read
 * from its field, once for each connection. Where that has changed, connections end
 * without a GOAWAY, as Undertow's own do.
 */
final class Http2Goodbye {

	private static final Log logger = LogFactory.getLog(Http2Goodbye.class);

	private static final @Nullable Field CHANNEL = channelField();

	private Http2Goodbye() {
	}

	private static @Nullable Field channelField() {
		Field field = ReflectionUtils.findField(Http2ServerConnection.class, null, Http2Channel.class);
		try {
			if (field != null) {
				ReflectionUtils.makeAccessible(field);
				return field;
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Looking for the channel of an HTTP/2 connection", ex);
		}
		logger.info("The channel of an HTTP/2 connection cannot be reached: connections end without a GOAWAY");
		return null;
	}

	/**
	 * How to say goodbye on a connection. Undertow closes the connection when GOAWAY is
	 * sent, with all streams that are open.
	 * @param connection the connection of any of its streams
	 * @return what sends GOAWAY(NO_ERROR), to be run on the I/O thread; {@code null} if
	 * it cannot be sent
	 */
	static @Nullable Runnable of(ServerConnection connection) {
		return (CHANNEL != null && connection instanceof Http2ServerConnection
				&& ReflectionUtils.getField(CHANNEL, connection) instanceof Http2Channel channel)
						? () -> channel.sendGoAway(Http2Channel.ERROR_NO_ERROR) : null;
	}

}
