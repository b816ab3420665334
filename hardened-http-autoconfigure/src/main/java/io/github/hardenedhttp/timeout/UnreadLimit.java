package io.github.hardenedhttp.timeout;

import io.undertow.UndertowOptions;

import org.springframework.boot.autoconfigure.web.ServerProperties;

/**
 * How much of a request body is still taken when the application has ended without
 * reading it. A client that is answered early sends on, and many hear the answer only
 * when they have sent all; one whose body never ends must not be heard for ever.
 *
 * @param bytes as they are on the wire
 */
record UnreadLimit(long bytes) {

	// Chunks and TLS surround the content.
	private static final int FOR_WHAT_SURROUNDS_IT = 2;

	/**
	 * As much as a whole body may have.
	 * @param properties what is configured; the application may have been told otherwise
	 * by an option of Undertow's, and then ends with less
	 * @return the limit
	 */
	static UnreadLimit of(ServerProperties properties) {
		long configured = properties.getUndertow().getMaxHttpPostSize().toBytes();
		long max = (configured > 0) ? configured : UndertowOptions.DEFAULT_MAX_ENTITY_SIZE;
		return new UnreadLimit(
				(max > Long.MAX_VALUE / FOR_WHAT_SURROUNDS_IT) ? Long.MAX_VALUE : max * FOR_WHAT_SURROUNDS_IT);
	}

	/**
	 * Whether a client has sent more.
	 * @param count how many bytes
	 * @return whether that is too much
	 */
	boolean isExceededBy(long count) {
		return count > this.bytes;
	}

	/**
	 * Whether every client that may take its time has sent all.
	 * @param nanos for how long it was heard
	 * @param rate the bytes per second that are expected of it; 0 for none
	 * @return whether that is too long
	 */
	boolean isExceededIn(long nanos, long rate) {
		return nanos / 1e9 * rate > this.bytes;
	}

}
