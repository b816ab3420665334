package io.github.hardenedhttp.undertow;

import java.util.List;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.protocol.framed.AbstractFramedStreamSinkChannel;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What {@link ListeningSocket} and {@link Http2Goodbye} look into, for native images.
 */
final class GuardRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		ReflectionHints reflection = hints.reflection();
		for (String server : List.of("org.xnio.nio.QueuedNioTcpServer2", "org.xnio.nio.NioTcpServer")) {
			reflection.registerTypeIfPresent(classLoader, server, MemberCategory.DECLARED_FIELDS);
		}
		reflection.registerType(Http2ServerConnection.class, MemberCategory.DECLARED_FIELDS);
		reflection.registerType(AbstractFramedStreamSinkChannel.class,
				(type) -> type.withMethod("getFrameHeader", List.of(), ExecutableMode.INVOKE));
		reflection.registerTypeIfPresent(classLoader, "io.undertow.protocols.http2.Http2PingStreamSinkChannel",
				(type) -> type.withConstructor(TypeReference.listOf(Http2Channel.class, byte[].class, boolean.class),
						ExecutableMode.INVOKE));
	}

}
