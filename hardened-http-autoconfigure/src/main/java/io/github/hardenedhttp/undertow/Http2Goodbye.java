package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.framed.AbstractFramedStreamSinkChannel;
import io.undertow.server.protocol.framed.SendFrameHeader;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSinkChannel;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The ways to end an HTTP/2 connection with a word. {@code Http2Channel#sendGoAway} is
 * public, but {@code Http2ServerConnection} keeps the channel to itself, so it is read
 * from its field, once for each connection. Where that has changed, connections end
 * without a GOAWAY, as Undertow's own do.
 * <p>
 * All methods are for the I/O thread.
 */
final class Http2Goodbye {

	private static final Log logger = LogFactory.getLog(Http2Goodbye.class);

	private static final @Nullable Field CHANNEL = channelField();

	private final Http2Channel channel;

	private Http2Goodbye(Http2Channel channel) {
		this.channel = channel;
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
	 * How to say goodbye on a connection.
	 * @param connection the connection of any of its streams
	 * @return the ways, or {@code null} if there are none
	 */
	static @Nullable Http2Goodbye of(ServerConnection connection) {
		return (CHANNEL != null && connection instanceof Http2ServerConnection
				&& ReflectionUtils.getField(CHANNEL, connection) instanceof Http2Channel channel)
						? new Http2Goodbye(channel) : null;
	}

	/**
	 * Sends GOAWAY(NO_ERROR). Undertow closes the connection when it is sent, with all
	 * streams that are open.
	 */
	void close() {
		this.channel.sendGoAway(Http2Channel.ERROR_NO_ERROR);
	}

	/**
	 * Asks the client for no more requests, and closes nothing: streams that are open go
	 * on, and those that are on their way are still served (RFC 9113, section 6.8).
	 */
	void announce() {
		try {
			Announcement.send(this.channel);
		}
		catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError ex) {
			logger.debug("A GOAWAY could not be sent ahead", ex);
		}
	}

	/**
	 * Undertow has no GOAWAY that leaves the connection open: with the frame of that name
	 * it shuts down its side ({@code AbstractFramedChannel#flushSenders}). A PING has the
	 * same length, and differs in the one byte of its type.
	 */
	private static final class Announcement {

		private static final int TYPE_OFFSET = 3;

		private static final byte GOAWAY = 7;

		private static final Constructor<?> PING;

		private static final Method FRAME_HEADER;

		static {
			try {
				PING = ClassUtils
					.forName("io.undertow.protocols.http2.Http2PingStreamSinkChannel",
							Http2Channel.class.getClassLoader())
					.getDeclaredConstructor(Http2Channel.class, byte[].class, boolean.class);
				FRAME_HEADER = AbstractFramedStreamSinkChannel.class.getDeclaredMethod("getFrameHeader");
				PING.setAccessible(true);
				FRAME_HEADER.setAccessible(true);
			}
			catch (ReflectiveOperationException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		static void send(Http2Channel channel) throws IOException, ReflectiveOperationException {
			byte[] payload = ByteBuffer.allocate(8)
				.putInt(Integer.MAX_VALUE)
				.putInt(Http2Channel.ERROR_NO_ERROR)
				.array();
			StreamSinkChannel frame = (StreamSinkChannel) PING.newInstance(channel, payload, false);
			SendFrameHeader header = (SendFrameHeader) FRAME_HEADER.invoke(frame);
			header.getByteBuffer().getBuffer().put(TYPE_OFFSET, GOAWAY);
			frame.shutdownWrites();
			frame.flush();
		}

	}

}
