package io.github.hardenedhttp.http2;

/**
 * The error codes a connection ends with (RFC 9113, section 7).
 */
final class Http2Error {

	static final int PROTOCOL_ERROR = 1;

	static final int FRAME_SIZE_ERROR = 6;

	static final int COMPRESSION_ERROR = 9;

	/**
	 * What was sent costs more than it means.
	 */
	static final int ENHANCE_YOUR_CALM = 11;

	private Http2Error() {
	}

}
