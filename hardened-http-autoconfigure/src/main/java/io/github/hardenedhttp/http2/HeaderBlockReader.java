package io.github.hardenedhttp.http2;

import java.nio.ByteBuffer;

import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import org.jspecify.annotations.Nullable;

/**
 * Decodes each header block of one HTTP/2 connection before Undertow does, and finds what
 * no handler could answer. Undertow stumbles over some of it, logs an error with a stack
 * trace and closes the connection without a word; other things it does not show, such as
 * a {@code Host} beside {@code :authority}, or shows only when handlers have judged, such
 * as trailers. What a handler can see it may judge, so that the other streams go on. Not
 * thread-safe.
 */
final class HeaderBlockReader {

	// What Undertow counts for each field (RFC 9113, section 6.5.2).
	private static final int FIELD_OVERHEAD = 32;

	private static final HttpString PATH = new HttpString(":path");

	private static final HttpString AUTHORITY = new HttpString(":authority");

	private final HpackDecoder decoder;

	private final int maxSize;

	private final int maxFields;

	private final int maxCrumbs;

	// Null if no content follows.
	private @Nullable FieldNames names;

	// Null if it is no trailer section.
	private @Nullable FieldNames begunWith;

	private long size;

	private int fields;

	private int crumbs;

	private @Nullable String authority;

	private @Nullable String host;

	private long contentLength;

	private int error;

	/**
	 * Create at the beginning of a connection.
	 * @param maxSize the most that names and values may take, as Undertow counts it
	 * @param maxFields the most fields that a handler can still judge, without cookies
	 * @param maxCrumbs the most {@code Cookie} fields that it can still judge: clients
	 * may send the parts of one as many (RFC 9113, section 8.2.3)
	 * @param table the most octets a client may have the decoder remember
	 */
	HeaderBlockReader(int maxSize, int maxFields, int maxCrumbs, int table) {
		this.decoder = new HpackDecoder(table);
		this.maxSize = maxSize;
		this.maxFields = maxFields;
		this.maxCrumbs = maxCrumbs;
		this.decoder.setHeaderEmitter((name, value, neverIndex) -> field(name, value));
	}

	/**
	 * Reads the block a request begins with.
	 * @param block all of it, from position to limit
	 * @param names takes the names of its fields; {@code null} if no content follows
	 * @return an error code of RFC 9113, section 7, or 0
	 */
	int readHead(ByteBuffer block, @Nullable FieldNames names) {
		this.names = names;
		this.begunWith = null;
		this.authority = null;
		this.host = null;
		this.contentLength = 0;
		int error = decode(block);
		boolean twoHosts = this.host != null && this.authority != null && !this.host.equalsIgnoreCase(this.authority);
		boolean lacksContent = names == null && this.contentLength > 0;
		return (error == 0 && (twoHosts || lacksContent)) ? Http2Error.PROTOCOL_ERROR : error;
	}

	/**
	 * Reads the block that stands after the content.
	 * @param block all of it, from position to limit
	 * @param begunWith the names of the fields the request began with: none may be
	 * replaced
	 * @return an error code of RFC 9113, section 7, or 0
	 */
	int readTrailers(ByteBuffer block, FieldNames begunWith) {
		this.begunWith = begunWith;
		return decode(block);
	}

	private int decode(ByteBuffer block) {
		this.size = 0;
		this.fields = 0;
		this.crumbs = 0;
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
		boolean tooMany = name.equals(Headers.COOKIE) ? ++this.crumbs > this.maxCrumbs : ++this.fields > this.maxFields;
		FieldNames begunWith = this.begunWith;
		if (this.size > this.maxSize || tooMany) {
			this.error = Http2Error.ENHANCE_YOUR_CALM;
		}
		else if (this.error == 0) {
			boolean good = (begunWith != null) ? TrailerFields.isGood(name, value) && !begunWith.contains(name)
					: isGood(name, value);
			this.error = good ? 0 : Http2Error.PROTOCOL_ERROR;
		}
	}

	private boolean isGood(HttpString name, String value) {
		if (this.names != null) {
			this.names.add(name);
		}
		if (name.equals(PATH)) {
			return isDecodable(value);
		}
		if (name.equals(AUTHORITY)) {
			boolean first = this.authority == null;
			this.authority = value;
			return first && isHost(value);
		}
		if (name.equals(Headers.HOST)) {
			boolean first = this.host == null;
			this.host = value;
			return first && isHost(value);
		}
		if (name.equals(Headers.CONTENT_LENGTH)) {
			this.contentLength = number(value);
			return this.contentLength >= 0;
		}
		return true;
	}

	/**
	 * Whether there is neither user information nor a path in it (RFC 9113, section
	 * 8.3.1).
	 */
	private static boolean isHost(String value) {
		return value.indexOf('@') < 0 && value.indexOf('/') < 0 && value.indexOf('?') < 0 && value.indexOf('#') < 0;
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

	private static long number(String value) {
		if (value.isEmpty() || value.length() > 18) {
			return -1;
		}
		long number = 0;
		for (int index = 0; index < value.length(); index++) {
			int digit = value.charAt(index) - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			number = 10 * number + digit;
		}
		return number;
	}

}
