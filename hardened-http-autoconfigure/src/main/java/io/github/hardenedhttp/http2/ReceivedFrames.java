package io.github.hardenedhttp.http2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Reads along the HTTP/2 frames a client sends. It counts those that carry nothing, and
 * clears a header block only when it is complete and can be decoded. Undertow takes a
 * HEADERS frame for the whole block if its CONTINUATION frames come in a later read
 * ({@code Http2Channel#parseFrame}): so a block of several frames is rewritten into one.
 * Not thread-safe.
 */
final class ReceivedFrames {

	/**
	 * The longest header block, in octets, with its frame headers: as one frame it is not
	 * longer than any frame may be.
	 */
	static final int MAX_BLOCK = 16 * 1024;

	private static final int PRIORITY_LENGTH = 5;

	/**
	 * What a client says first (RFC 9113, section 3.4).
	 */
	private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final long NOWHERE = Long.MAX_VALUE;

	private final FrameBudget budget;

	private final OpenStreams streams;

	private final UnfinishedRequests requests;

	private final HeaderBlockReader blockReader;

	private final int maxFrame;

	private final FrameHeader frame = new FrameHeader();

	private int prefaceLeft;

	private boolean started;

	private int left;

	private boolean padLengthFollows;

	private long position;

	private long cleared;

	private long blockStart = NOWHERE;

	private int blockStream;

	private boolean blockEndsStream;

	private boolean blockIsTrailers;

	// The fragments of a block that does not come in one piece.
	private @Nullable ByteBuffer block;

	private long rewriteFrom = NOWHERE;

	// The last stream that was open before what is being read came.
	private int lastSeen;

	private int error;

	/**
	 * Create at the beginning of HTTP/2.
	 * @param prefaceLeft how much of the client's preface is still to come, in octets
	 * @param budget what frames cost
	 * @param streams what is open
	 * @param requests those whose content is still to come
	 * @param blockReader decodes the header blocks
	 * @param maxFrame the longest frame Undertow takes (RFC 9113, section 6.5.2)
	 */
	ReceivedFrames(int prefaceLeft, FrameBudget budget, OpenStreams streams, UnfinishedRequests requests,
			HeaderBlockReader blockReader, int maxFrame) {
		this.streams = streams;
		this.requests = requests;
		this.prefaceLeft = prefaceLeft;
		this.budget = budget;
		this.blockReader = blockReader;
		this.maxFrame = maxFrame;
	}

	/**
	 * Reads on.
	 * @param octets holds what was received
	 * @param from the index of the first octet
	 * @param to the index after the last one
	 * @param now the time of a monotonic clock, in nanoseconds
	 */
	void read(ByteBuffer octets, int from, int to, long now) {
		this.lastSeen = this.streams.last();
		int index = from;
		while (index < to && this.error == 0) {
			if (this.prefaceLeft > 0) {
				readPreface(octets.get(index++));
			}
			else if (this.left > 0) {
				index += readPayload(octets, index, to, now);
			}
			else {
				this.position++;
				if (this.frame.read(octets.get(index++))) {
					frame(now);
					if (this.left == 0 && isInBlock()) {
						blockFrameEnded();
					}
				}
			}
			clear();
		}
	}

	/**
	 * Without a look at it a client that does not speak HTTP/2 would be told that its
	 * frames are too long.
	 */
	private void readPreface(byte octet) {
		if (octet != PREFACE[PREFACE.length - this.prefaceLeft]) {
			this.error = Http2Error.PROTOCOL_ERROR;
			return;
		}
		this.prefaceLeft--;
		this.position++;
	}

	private int readPayload(ByteBuffer octets, int index, int to, long now) {
		if (this.padLengthFollows) {
			this.padLengthFollows = false;
			boolean nothingButPadding = (octets.get(index) & 0xFF) >= this.frame.length() - 1;
			spend(nothingButPadding ? 1 : 0, now);
		}
		int count = Math.min(this.left, to - index);
		boolean wholeBlock = count == this.frame.length() && this.frame.type() == FrameHeader.HEADERS
				&& this.frame.has(FrameHeader.END_HEADERS);
		this.left -= count;
		this.position += count;
		if (isInBlock() && wholeBlock) {
			decode(fragment(octets.slice(index, count)));
		}
		else if (isInBlock()) {
			add(octets, index, count);
			if (this.left == 0) {
				blockFrameEnded();
			}
		}
		return count;
	}

	private void add(ByteBuffer octets, int index, int count) {
		ByteBuffer block = this.block;
		if (block == null || block.remaining() < count) {
			int size = (block != null) ? block.position() : 0;
			ByteBuffer larger = ByteBuffer.allocate(Math.max(this.frame.length(), 2 * size) + size);
			block = (block != null) ? larger.put(block.flip()) : larger;
			this.block = block;
		}
		block.put(block.position(), octets, index, count).position(block.position() + count);
	}

	private void blockFrameEnded() {
		ByteBuffer block = (this.block != null) ? this.block : ByteBuffer.allocate(0);
		if (this.frame.type() == FrameHeader.HEADERS) {
			fragment(block.flip()).compact();
		}
		if (this.frame.has(FrameHeader.END_HEADERS)) {
			if (this.frame.type() == FrameHeader.CONTINUATION) {
				this.rewriteFrom = Math.min(this.rewriteFrom, this.blockStart);
			}
			decode(block.flip());
		}
	}

	/**
	 * Leaves out what stands around the fragment in a HEADERS frame.
	 */
	private ByteBuffer fragment(ByteBuffer payload) {
		int start = 0;
		int end = payload.limit();
		if (this.frame.has(FrameHeader.PADDED) && end > 0) {
			end -= payload.get(0) & 0xFF;
			start++;
		}
		if (this.frame.has(FrameHeader.PRIORITY)) {
			start += PRIORITY_LENGTH;
		}
		if (start > end) {
			this.error = Http2Error.PROTOCOL_ERROR;
			return payload.limit(0);
		}
		return payload.limit(end).position(start);
	}

	private void decode(ByteBuffer block) {
		if (this.error == 0) {
			this.error = this.blockIsTrailers ? readTrailers(block) : readHead(block);
		}
		this.block = null;
		if (this.error == 0) {
			this.blockStart = NOWHERE;
		}
	}

	private int readHead(ByteBuffer block) {
		FieldNames names = this.blockEndsStream ? null : new FieldNames();
		if (names != null) {
			this.requests.begin(this.blockStream, names);
		}
		return this.blockReader.readHead(block, names);
	}

	private int readTrailers(ByteBuffer block) {
		FieldNames begunWith = this.requests.end(this.blockStream);
		// A request that has ended, or was never begun, has no trailers.
		return (begunWith != null) ? this.blockReader.readTrailers(block, begunWith) : Http2Error.PROTOCOL_ERROR;
	}

	private void frame(long now) {
		long frameStart = this.position - FrameHeader.LENGTH;
		this.left = this.frame.length();
		if (this.left > this.maxFrame) {
			this.error = Http2Error.FRAME_SIZE_ERROR;
			return;
		}
		if (!this.started && (this.frame.type() != FrameHeader.SETTINGS || this.frame.has(FrameHeader.ACK))) {
			this.error = Http2Error.PROTOCOL_ERROR;
			return;
		}
		this.started = true;
		if (isInBlock() && (this.frame.type() != FrameHeader.CONTINUATION || this.frame.stream() != this.blockStream)) {
			this.error = Http2Error.PROTOCOL_ERROR;
			return;
		}
		switch (this.frame.type()) {
			case FrameHeader.HEADERS -> {
				this.blockStart = frameStart;
				this.blockStream = this.frame.stream();
				this.blockEndsStream = this.frame.has(FrameHeader.END_STREAM);
				this.blockIsTrailers = this.blockStream <= this.streams.last();
				if (this.blockIsTrailers && !this.blockEndsStream) {
					// Nothing stands between content and trailers (RFC 9113, section
					// 8.1).
					this.error = Http2Error.PROTOCOL_ERROR;
				}
				else if (!this.streams.open(this.blockStream)) {
					this.error = Http2Error.ENHANCE_YOUR_CALM;
				}
			}
			case FrameHeader.DATA -> {
				boolean last = this.frame.has(FrameHeader.END_STREAM);
				if (last) {
					this.requests.end(this.frame.stream());
				}
				this.padLengthFollows = !last && this.left > 0 && this.frame.has(FrameHeader.PADDED);
				spend((!last && this.left == 0) ? 1 : 0, now);
			}
			case FrameHeader.WINDOW_UPDATE -> spend(this.budget.isUpdateEarned() ? 0 : 1, now);
			case FrameHeader.CONTINUATION -> spend(1, now);
			case FrameHeader.RST_STREAM -> {
				this.streams.close(this.frame.stream());
				this.requests.end(this.frame.stream());
				boolean rapid = this.frame.stream() > this.lastSeen && this.frame.stream() <= this.streams.last();
				spend(rapid ? FrameBudget.RAPID_RESET : FrameBudget.RESET, now);
			}
			case FrameHeader.SETTINGS -> {
				if (this.frame.has(FrameHeader.ACK)) {
					this.streams.agreed();
					this.error = (this.left > 0) ? Http2Error.FRAME_SIZE_ERROR : 0;
				}
				spend(1 + this.left / 64, now);
			}
			// The longer it is, the more there is to take apart.
			default -> spend(1 + this.left / 64, now);
		}
		if (isInBlock() && this.position + this.left - this.blockStart > MAX_BLOCK + FrameHeader.LENGTH) {
			this.error = Http2Error.ENHANCE_YOUR_CALM;
		}
	}

	private boolean isInBlock() {
		return this.blockStart != NOWHERE;
	}

	private void clear() {
		if (this.error != 0) {
			return;
		}
		if (isInBlock()) {
			this.cleared = this.blockStart;
		}
		else if (this.frame.isAtStart()) {
			this.cleared = this.position;
		}
	}

	private void spend(int cost, long now) {
		if (cost > 0 && !this.budget.spend(cost, now)) {
			this.error = Http2Error.ENHANCE_YOUR_CALM;
		}
	}

	/**
	 * Makes one frame of the frames of each header block.
	 * @param octets an array-backed buffer
	 * @param from the index of the first octet, where a frame begins
	 * @param to the index after the last one
	 * @return the index after the last octet of what was rewritten
	 */
	int rewrite(ByteBuffer octets, int from, int to) {
		this.rewriteFrom = NOWHERE;
		return HeaderBlocks.join(octets, from, to);
	}

	long rewriteFrom() {
		return this.rewriteFrom;
	}

	/**
	 * How far the server may read.
	 * @return the number of octets, of all that were read
	 */
	long cleared() {
		return this.cleared;
	}

	/**
	 * Why nothing more is read.
	 * @return an error code of RFC 9113, section 7, or 0
	 */
	int error() {
		return this.error;
	}

}
