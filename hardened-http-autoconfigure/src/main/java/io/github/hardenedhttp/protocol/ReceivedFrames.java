package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;

/**
 * Reads along the HTTP/2 frames a client sends. It counts those that carry nothing, and
 * clears a header block only when it is complete. Undertow takes a HEADERS frame for the
 * whole block if its CONTINUATION frames come in a later read
 * ({@code Http2Channel#parseFrame}): so a block of several frames is rewritten into one.
 * Allocates nothing. Not thread-safe.
 */
final class ReceivedFrames {

	/**
	 * The longest header block of several frames, in octets: with its frame header it is
	 * not longer than any frame may be.
	 */
	static final int MAX_BLOCK = 16 * 1024;

	private static final long NOWHERE = Long.MAX_VALUE;

	private final FrameBudget budget;

	private final FrameHeader frame = new FrameHeader();

	private int prefaceLeft;

	private int left;

	private boolean padLengthFollows;

	private long position;

	private long cleared;

	private long frameStart;

	private long blockStart = NOWHERE;

	private int blockStream;

	private long rewriteFrom = NOWHERE;

	private int lastStream;

	private boolean flood;

	/**
	 * Create at the beginning of HTTP/2.
	 * @param prefaceLeft how much of the client's preface is still to come, in octets
	 * @param budget what frames cost
	 */
	ReceivedFrames(int prefaceLeft, FrameBudget budget) {
		this.prefaceLeft = prefaceLeft;
		this.budget = budget;
	}

	/**
	 * Reads on.
	 * @param octets holds what was received
	 * @param from the index of the first octet
	 * @param to the index after the last one
	 * @param now the time of a monotonic clock, in nanoseconds
	 */
	void read(ByteBuffer octets, int from, int to, long now) {
		int index = from;
		while (index < to && !this.flood) {
			if (this.prefaceLeft > 0) {
				int count = Math.min(this.prefaceLeft, to - index);
				this.prefaceLeft -= count;
				index += count;
				this.position += count;
			}
			else if (this.left > 0) {
				index += readPayload(octets, index, to, now);
			}
			else {
				this.position++;
				if (this.frame.read(octets.get(index++))) {
					frame(now);
				}
			}
			if (this.left == 0 && this.frame.isAtStart()) {
				frameEnded();
			}
			clear();
		}
	}

	private int readPayload(ByteBuffer octets, int index, int to, long now) {
		if (this.padLengthFollows) {
			this.padLengthFollows = false;
			boolean nothingButPadding = (octets.get(index) & 0xFF) >= this.frame.length() - 1;
			if (nothingButPadding) {
				spend(1, now);
			}
		}
		int count = Math.min(this.left, to - index);
		this.left -= count;
		this.position += count;
		return count;
	}

	private void frame(long now) {
		this.frameStart = this.position - FrameHeader.LENGTH;
		this.left = this.frame.length();
		boolean inBlock = this.blockStart != NOWHERE;
		switch (this.frame.type()) {
			case FrameHeader.HEADERS -> {
				this.lastStream = Math.max(this.lastStream, this.frame.stream());
				if (!inBlock && !this.frame.has(FrameHeader.END_HEADERS)) {
					this.blockStart = this.frameStart;
					this.blockStream = this.frame.stream();
				}
			}
			case FrameHeader.DATA -> {
				boolean last = this.frame.has(FrameHeader.END_STREAM);
				this.padLengthFollows = !last && this.left > 0 && this.frame.has(FrameHeader.PADDED);
				spend((!last && this.left == 0) ? 1 : 0, now);
			}
			case FrameHeader.WINDOW_UPDATE -> this.flood |= !this.budget.spendUpdate(now);
			case FrameHeader.CONTINUATION -> spend(1, now);
			// The longer it is, the more there is to take apart.
			default -> spend(1 + this.left / 64, now);
		}
		if (inBlock && !continuesBlock()) {
			// Undertow says what is wrong with it.
			this.blockStart = NOWHERE;
		}
		if (this.blockStart != NOWHERE && this.position + this.left - this.blockStart > MAX_BLOCK) {
			this.flood = true;
		}
	}

	private boolean continuesBlock() {
		return this.frame.type() == FrameHeader.CONTINUATION && this.frame.stream() == this.blockStream;
	}

	private void frameEnded() {
		if (this.blockStart != NOWHERE && continuesBlock() && this.frame.has(FrameHeader.END_HEADERS)) {
			this.rewriteFrom = Math.min(this.rewriteFrom, this.blockStart);
			this.blockStart = NOWHERE;
		}
	}

	private void clear() {
		if (this.flood) {
			return;
		}
		if (this.blockStart != NOWHERE) {
			this.cleared = this.blockStart;
		}
		else if (this.frame.isAtStart()) {
			this.cleared = this.position;
		}
	}

	private void spend(int cost, long now) {
		this.flood |= cost > 0 && !this.budget.spend(cost, now);
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
	 * Whether there were too many.
	 * @return whether nothing more is read
	 */
	boolean isFlood() {
		return this.flood;
	}

	/**
	 * The highest stream of any header block.
	 * @return the identifier, or 0
	 */
	int lastStream() {
		return this.lastStream;
	}

}
