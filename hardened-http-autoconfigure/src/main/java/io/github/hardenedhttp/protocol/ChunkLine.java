package io.github.hardenedhttp.protocol;

import io.undertow.util.StatusCodes;

/**
 * The line before a chunk (RFC 9112, section 7.1), octet by octet: its size and its
 * extensions. Reusable.
 */
final class ChunkLine {

	// Also of zeros.
	private static final int MAX_DIGITS = 15;

	// Nobody sends 4 GB in one piece, and nobody else's 32 bits shall make it a small
	// one.
	private static final long MAX_SIZE = 0xffff_ffffL;

	private Part part = Part.SIZE;

	private int digits;

	private long size;

	void clear() {
		this.part = Part.SIZE;
		this.digits = 0;
		this.size = 0;
	}

	/**
	 * Reads on.
	 * @param octet the next octet
	 * @return {@link Reading#MORE}, {@link Reading#DONE} or a status
	 */
	int read(byte octet) {
		return switch (this.part) {
			case SIZE -> readSize(octet);
			case BEFORE_EXTENSION -> readBlank(octet);
			case EXTENSION -> readExtension(octet);
			case END -> (octet == '\n') ? Reading.DONE : StatusCodes.BAD_REQUEST;
		};
	}

	private int readSize(byte octet) {
		int digit = Character.digit(octet, 16);
		if (digit < 0) {
			return (this.digits > 0) ? readBlank(octet) : StatusCodes.BAD_REQUEST;
		}
		this.size = 16 * this.size + digit;
		if (++this.digits > MAX_DIGITS) {
			return StatusCodes.BAD_REQUEST;
		}
		return (this.size <= MAX_SIZE) ? Reading.MORE : StatusCodes.REQUEST_ENTITY_TOO_LARGE;
	}

	private int readBlank(byte octet) {
		if (Octets.isBlank(octet)) {
			this.part = Part.BEFORE_EXTENSION;
			return Reading.MORE;
		}
		if (octet == ';') {
			this.part = Part.EXTENSION;
			return Reading.MORE;
		}
		// White space that leads nowhere is as doubtful as anything else.
		if (octet == '\r' && this.part == Part.SIZE) {
			this.part = Part.END;
			return Reading.MORE;
		}
		return StatusCodes.BAD_REQUEST;
	}

	private int readExtension(byte octet) {
		if (octet == '\r') {
			this.part = Part.END;
			return Reading.MORE;
		}
		return Octets.isValue(octet) ? Reading.MORE : StatusCodes.BAD_REQUEST;
	}

	/**
	 * How much data follows. To be asked when the line is done.
	 * @return the number of octets, 0 for the last chunk
	 */
	long size() {
		return this.size;
	}

	private enum Part {

		SIZE, BEFORE_EXTENSION, EXTENSION, END

	}

}
