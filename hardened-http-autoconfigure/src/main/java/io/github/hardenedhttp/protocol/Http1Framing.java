package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;

import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Reads along the requests of one HTTP/1.1 connection and holds them to the letter of RFC
 * 9112: where a head ends, how long its content is, where the next head begins. Whatever
 * can be read in two ways is refused. It takes what comes in pieces of any size, and
 * allocates nothing but some 300 octets for each message, which go with it.
 * <p>
 * A head is cleared when it is complete, and so is the line before a chunk, and the last
 * chunk with its trailer section; content is cleared as it comes. Not thread-safe.
 */
final class Http1Framing {

	/**
	 * The longest line before a chunk, in octets.
	 */
	static final int MAX_CHUNK_LINE = 4 * 1024;

	/**
	 * The longest trailer section, in octets.
	 */
	static final int MAX_TRAILERS = 8 * 1024;

	/**
	 * How many octets of chunk lines may come without data for them. A chunk pays for
	 * {@link #LINE_ALLOWANCE} of its line and for as much as twice its data. (The rule of
	 * Go's {@code net/http/internal/chunked.go}, made for CVE-2023-39326.)
	 */
	static final int MAX_OVERHEAD = 16 * 1024;

	/**
	 * An ordinary line before a chunk, and the line end after it.
	 */
	static final int LINE_ALLOWANCE = 16;

	private final int maxHead;

	private final boolean mayBeHttp2;

	private final int maxFields;

	// Only while there is a message: most connections wait for one most of the time.
	private @Nullable Lines lines;

	private Part part = Part.REQUEST_LINE;

	private long position;

	private long cleared;

	// Where what is read and not cleared begins.
	private long unitStart;

	private long headStart;

	private long left;

	private long overhead;

	private int heads;

	private int status;

	private boolean http2;

	/**
	 * Create at the beginning of a connection.
	 * @param maxHead the longest head, in octets, from the method to the empty line
	 * @param maxFields the most fields of a head or of a trailer section
	 * @param mayBeHttp2 whether the connection may begin with HTTP/2 instead
	 */
	Http1Framing(int maxHead, int maxFields, boolean mayBeHttp2) {
		this.maxHead = maxHead;
		this.mayBeHttp2 = mayBeHttp2;
		this.maxFields = maxFields;
	}

	/**
	 * Reads on.
	 * @param octets holds what was received
	 * @param from the index of the first octet
	 * @param to the index after the last one
	 * @return the index after the last octet that was read: less than {@code to} if
	 * something was {@linkplain #status() refused}, or if the rest {@linkplain #isHttp2()
	 * is HTTP/2}
	 */
	int read(ByteBuffer octets, int from, int to) {
		int index = from;
		while (index < to && this.status == 0 && !this.http2) {
			if (this.part == Part.CONTENT || this.part == Part.CHUNK) {
				int count = (int) Math.min(this.left, to - index);
				index += count;
				skip(count);
			}
			else {
				index = skipRun(octets, index, to);
				if (index < to) {
					this.position++;
					read(octets.get(index++));
				}
			}
		}
		return index;
	}

	/**
	 * Passes over what is nothing but more of the same: most of a head is. It ends before
	 * the head is too long, so that the next octet is refused as any other.
	 */
	private int skipRun(ByteBuffer octets, int from, int to) {
		if (this.part != Part.REQUEST_LINE && this.part != Part.FIELDS) {
			return from;
		}
		int end = (int) Math.min(to, from + this.maxHead - (this.position - this.unitStart));
		Lines lines = lines();
		int next = (this.part == Part.FIELDS) ? lines.fields.skipRun(octets, from, end)
				: lines.request.skipRun(octets, from, end);
		this.position += next - from;
		return next;
	}

	private void skip(int count) {
		this.position += count;
		this.left -= count;
		if (this.left == 0) {
			begin((this.part == Part.CONTENT) ? Part.REQUEST_LINE : Part.CHUNK_END_CR);
		}
		else {
			this.cleared = this.position;
		}
	}

	private Lines lines() {
		if (this.lines == null) {
			this.lines = new Lines(this.maxFields);
		}
		return this.lines;
	}

	private void read(byte octet) {
		Lines lines = lines();
		switch (this.part) {
			case REQUEST_LINE -> requestLine(lines.request, lines.request.read(octet));
			case FIELDS -> fields(lines, lines.fields.read(octet));
			case CHUNK_LINE -> chunkLine(lines, lines.chunk.read(octet));
			case CHUNK_END_CR -> expect(octet == '\r', Part.CHUNK_END_LF);
			case CHUNK_END_LF -> expect(octet == '\n', Part.CHUNK_LINE);
			case TRAILERS -> trailers(lines.fields, lines.fields.read(octet));
			case CONTENT, CHUNK -> throw new IllegalStateException("content is not read octet by octet");
		}
	}

	private void requestLine(RequestLine line, int reading) {
		if (reading == Reading.DONE && line.isHttp2Preface()) {
			this.http2 = this.mayBeHttp2 && this.heads == 0;
			this.cleared = this.position;
			this.status = this.http2 ? 0 : StatusCodes.HTTP_VERSION_NOT_SUPPORTED;
		}
		else if (reading == Reading.DONE) {
			this.part = Part.FIELDS;
		}
		else {
			judge(reading, this.maxHead, StatusCodes.REQUEST_URI_TOO_LARGE);
		}
	}

	private void fields(Lines lines, int reading) {
		int result = (reading == Reading.DONE) ? lines.fields.judge(lines.request.isHttp10()) : reading;
		judge(result, this.maxHead, StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE);
		if (result == Reading.DONE && this.status == 0) {
			this.heads++;
			this.headStart = this.unitStart;
			this.left = lines.fields.length();
			this.overhead = 0;
			if (lines.fields.isChunked()) {
				begin(Part.CHUNK_LINE);
			}
			else {
				begin((this.left > 0) ? Part.CONTENT : Part.REQUEST_LINE);
			}
		}
	}

	private void chunkLine(Lines lines, int reading) {
		judge(reading, MAX_CHUNK_LINE, StatusCodes.BAD_REQUEST);
		if (reading == Reading.DONE && this.status == 0) {
			this.left = lines.chunk.size();
			// A chunk of any size pays for no more than there can be.
			long paid = LINE_ALLOWANCE + 2 * Math.min(this.left, MAX_OVERHEAD + MAX_CHUNK_LINE);
			this.overhead = Math.max(0, this.overhead + this.position - this.unitStart - paid);
			if (this.overhead > MAX_OVERHEAD) {
				this.status = StatusCodes.BAD_REQUEST;
			}
			else if (this.left > 0) {
				begin(Part.CHUNK);
			}
			else {
				this.part = Part.TRAILERS;
				lines.fields.clear();
			}
		}
	}

	private void trailers(FieldLines fields, int reading) {
		int result = (reading == Reading.DONE) ? fields.judgeTrailers() : reading;
		judge(result, MAX_TRAILERS, StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE);
		if (result == Reading.DONE && this.status == 0) {
			begin(Part.REQUEST_LINE);
		}
	}

	private void expect(boolean good, Part next) {
		if (good) {
			begin(next);
		}
		else {
			this.status = StatusCodes.BAD_REQUEST;
		}
	}

	private void judge(int reading, int limit, int tooLong) {
		if (reading > Reading.DONE) {
			this.status = reading;
		}
		else if (this.position - this.unitStart > limit) {
			this.status = tooLong;
		}
	}

	/**
	 * What was read until now is good; something else begins.
	 */
	private void begin(Part next) {
		this.part = next;
		this.cleared = this.position;
		this.unitStart = this.position;
		if (next == Part.REQUEST_LINE) {
			this.lines = null;
		}
		else if (this.lines != null) {
			this.lines.chunk.clear();
		}
	}

	/**
	 * How far the server may read.
	 * @return the number of octets, of all that were read
	 */
	long cleared() {
		return this.cleared;
	}

	/**
	 * The answer to what was refused.
	 * @return the status, or 0 if nothing was refused
	 */
	int status() {
		return this.status;
	}

	/**
	 * Whether it was no head that was refused: then the server has its head already.
	 * @return whether it was something of the content
	 */
	boolean isContentRefused() {
		return this.part != Part.REQUEST_LINE && this.part != Part.FIELDS;
	}

	/**
	 * Clears the last head no more: nobody has read it yet.
	 */
	void takeBackHead() {
		this.cleared = this.headStart;
	}

	/**
	 * How many heads were cleared.
	 * @return the number of requests
	 */
	int heads() {
		return this.heads;
	}

	/**
	 * Whether the connection speaks HTTP/2 from its beginning (RFC 9113, section 3.3):
	 * the first line of the preface was read.
	 * @return whether the rest is HTTP/2
	 */
	boolean isHttp2() {
		return this.http2;
	}

	/**
	 * What the lines of one message have said until now.
	 */
	private static final class Lines {

		private final RequestLine request = new RequestLine();

		private final FieldLines fields;

		private final ChunkLine chunk = new ChunkLine();

		Lines(int maxFields) {
			this.fields = new FieldLines(maxFields);
		}

	}

	private enum Part {

		REQUEST_LINE, FIELDS, CONTENT, CHUNK_LINE, CHUNK, CHUNK_END_CR, CHUNK_END_LF, TRAILERS

	}

}
