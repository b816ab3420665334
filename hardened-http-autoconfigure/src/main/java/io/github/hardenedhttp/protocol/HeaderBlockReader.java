package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;

import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;
import io.undertow.util.HttpString;

/**
 * Decodes each header block of one HTTP/2 connection before Undertow does, and finds what
 * Undertow would stumble over: it logs an error with a stack trace then, and closes the
 * connection without a word. Everything else that is wrong with a field is for the
 * handlers to answer. Not thread-safe.
 */
final class HeaderBlockReader {

	// What Undertow counts for each field (RFC 9113, section 6.5.2).
	private static final int FIELD_OVERHEAD = 32;

	private static final HttpString PATH = new HttpString(":path");

	private static final HttpString CONTENT_LENGTH = new HttpString("content-length");

	private final HpackDecoder decoder = new HpackDecoder();

	private final int maxSize;

	private final int maxFields;

	private long size;

	private int fields;

	private int error;

	/**
	 * Create at the beginning of a connection.
	 * @param maxSize the most that names and values may take, as Undertow counts it
	 * @param maxFields the most fields that a handler can still judge
	 */
	HeaderBlockReader(int maxSize, int maxFields) {
		this.maxSize = maxSize;
		this.maxFields = maxFields;
		this.decoder.setHeaderEmitter((name, value, neverIndex) -> field(name, value));
	}

	/**
	 * Reads one block.
	 * @param block all of it, from position to limit
	 * @return an error code of RFC 9113, section 7, or 0
	 */
	int read(ByteBuffer block) {
		this.size = 0;
		this.fields = 0;
		this.error = 0;
		try {
			this.decoder.decode(block, false);
		}
		catch (HpackException | RuntimeException ex) {
			// An index that does not exist is a NullPointerException.
			return Http2Error.COMPRESSION_ERROR;
		}
		return block.hasRemaining() ? Http2Error.COMPRESSION_ERROR : this.error;
	}

	private void field(HttpString name, String value) {
		this.size += name.length() + value.length() + FIELD_OVERHEAD;
		if (this.size > this.maxSize || ++this.fields > this.maxFields) {
			this.error = Http2Error.ENHANCE_YOUR_CALM;
		}
		else if ((name.equals(PATH) && !isDecodable(value)) || (name.equals(CONTENT_LENGTH) && !isNumber(value))) {
			this.error = Http2Error.PROTOCOL_ERROR;
		}
	}

	private static boolean isDecodable(String path) {
		for (int percent = path.indexOf('%'); percent >= 0; percent = path.indexOf('%', percent + 1)) {
			if (percent + 2 >= path.length() || Character.digit(path.charAt(percent + 1), 16) < 0
					|| Character.digit(path.charAt(percent + 2), 16) < 0) {
				return false;
			}
		}
		return true;
	}

	private static boolean isNumber(String value) {
		for (int index = 0; index < value.length(); index++) {
			if (value.charAt(index) < '0' || value.charAt(index) > '9') {
				return false;
			}
		}
		return !value.isEmpty() && value.length() <= 18;
	}

}
