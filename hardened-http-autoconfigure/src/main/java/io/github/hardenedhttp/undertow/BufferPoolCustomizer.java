package io.github.hardenedhttp.undertow;

import io.undertow.Undertow;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;

import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;

/**
 * Gives the server a pool that keeps its buffers. The one {@link Undertow#start()} makes
 * keeps none but four for each thread, and what a worker takes the I/O thread gives back:
 * nearly each response of HTTP/2 and many handshakes then allocate a direct buffer, fill
 * it with zeros, and free it.
 * <p>
 * A server that is given a pool ignores the size and kind of buffers set on its builder
 * or factory, so {@code server.undertow.buffer-size} and
 * {@code server.undertow.direct-buffers} are applied here, else Undertow's own defaults.
 * Earlier than all others: an application that gives its server a pool of its own is
 * heard.
 */
final class BufferPoolCustomizer implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory>, Ordered {

	/**
	 * How much is kept that nobody uses, in bytes, and as much again in arrays, which few
	 * ask for.
	 */
	static final int MOST_KEPT = 4 * 1024 * 1024;

	private static final int KEPT_BY_EACH_THREAD = 4;

	private static final long MEBIBYTE = 1024 * 1024;

	private final ServerProperties.Undertow properties;

	BufferPoolCustomizer(ServerProperties properties) {
		this.properties = properties.getUndertow();
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		factory
			.addBuilderCustomizers((builder) -> builder.setByteBufferPool(newPool(Runtime.getRuntime().maxMemory())));
	}

	/**
	 * Makes a pool.
	 * @param heap the most memory the JVM takes for objects, in bytes
	 * @return a pool that holds nothing yet
	 * @throws InvalidConfigurationPropertyValueException if buffers cannot be that size
	 */
	ByteBufferPool newPool(long heap) {
		Boolean direct = this.properties.getDirectBuffers();
		int size = bufferSize(heap);
		return new DefaultByteBufferPool((direct != null) ? direct : heap >= 64 * MEBIBYTE, size, MOST_KEPT / size,
				KEPT_BY_EACH_THREAD);
	}

	private int bufferSize(long heap) {
		DataSize configured = this.properties.getBufferSize();
		if (configured != null) {
			if (configured.toBytes() < 1 || configured.toBytes() > Integer.MAX_VALUE) {
				throw new InvalidConfigurationPropertyValueException("server.undertow.buffer-size", configured,
						"A buffer has at least 1 byte and less than 2 GB. Remove the property for Undertow's own size, 16 KB.");
			}
			return (int) configured.toBytes();
		}
		if (heap < 64 * MEBIBYTE) {
			return 512;
		}
		return (heap < 128 * MEBIBYTE) ? 1024 : 16 * 1024 - 20;
	}

}
