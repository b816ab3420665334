package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;

import io.undertow.util.StatusCodes;

/**
 * The field lines of a head or of a trailer section with the empty line after them (RFC
 * 9112, section 5), octet by octet, and what they say of the length of the content. No
 * line is folded, none ends with anything but CR LF, and no white space stands before a
 * colon. Reusable.
 */
final class FieldLines {

	private static final byte[] CONTENT_LENGTH = Octets.ascii("content-length");

	private static final byte[] TRANSFER_ENCODING = Octets.ascii("transfer-encoding");

	private static final byte[] HOST = Octets.ascii("host");

	private static final byte[] CHUNKED = Octets.ascii("chunked");

	private final int max;

	private final ShortWord word = new ShortWord();

	private Part part = Part.LINE;

	private Field field = Field.OTHER;

	private int count;

	private int lengths;

	private long length;

	private int codings;

	private boolean otherCoding;

	private int hosts;

	/**
	 * Create for any number of uses.
	 * @param max the most fields
	 */
	FieldLines(int max) {
		this.max = max;
	}

	void clear() {
		this.part = Part.LINE;
		this.count = 0;
		this.lengths = 0;
		this.length = 0;
		this.codings = 0;
		this.otherCoding = false;
		this.hosts = 0;
	}

	/**
	 * Reads on.
	 * @param octet the next octet
	 * @return {@link Reading#MORE}, {@link Reading#DONE} or a status
	 */
	int read(byte octet) {
		return switch (this.part) {
			case LINE -> readLine(octet);
			case NAME -> readName(octet);
			case BEFORE_VALUE, VALUE -> readValue(octet);
			case LINE_END -> next(octet == '\n', Part.LINE);
			case END -> (octet == '\n') ? Reading.DONE : StatusCodes.BAD_REQUEST;
		};
	}

	/**
	 * Reads on as long as the octets are more of a name, or of a value that says nothing
	 * of the content: as {@link #read} would, one by one, to answer {@link Reading#MORE}.
	 * @param octets holds what was received
	 * @param from the index of the next octet
	 * @param to the index to stop at
	 * @return the index of the first octet that was not read
	 */
	int skipRun(ByteBuffer octets, int from, int to) {
		if (this.part == Part.VALUE && this.field == Field.OTHER) {
			return Octets.endOfValue(octets, from, to);
		}
		int index = from;
		if (this.part == Part.NAME) {
			for (byte octet; index < to && Octets.isToken(octet = octets.get(index)); index++) {
				this.word.add(octet);
			}
		}
		return index;
	}

	private int readLine(byte octet) {
		if (octet == '\r') {
			return next(true, Part.END);
		}
		if (++this.count > this.max) {
			return StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE;
		}
		this.word.clear();
		this.word.add(octet);
		return next(Octets.isToken(octet), Part.NAME);
	}

	private int readName(byte octet) {
		if (octet == ':') {
			this.field = field();
			this.word.clear();
			return next(true, Part.BEFORE_VALUE);
		}
		this.word.add(octet);
		return next(Octets.isToken(octet), Part.NAME);
	}

	private Field field() {
		if (this.word.is(CONTENT_LENGTH)) {
			return Field.CONTENT_LENGTH;
		}
		if (this.word.is(TRANSFER_ENCODING)) {
			return Field.TRANSFER_ENCODING;
		}
		return this.word.is(HOST) ? Field.HOST : Field.OTHER;
	}

	private int readValue(byte octet) {
		if (octet == '\r') {
			return ended();
		}
		if (this.part == Part.VALUE || !Octets.isBlank(octet)) {
			this.part = Part.VALUE;
			if (this.field != Field.OTHER) {
				this.word.add(octet);
			}
		}
		return Octets.isValue(octet) ? Reading.MORE : StatusCodes.BAD_REQUEST;
	}

	private int ended() {
		boolean good = true;
		switch (this.field) {
			case CONTENT_LENGTH -> {
				this.length = this.word.number();
				good = this.length >= 0 && ++this.lengths == 1;
			}
			case TRANSFER_ENCODING -> {
				good = ++this.codings == 1;
				this.otherCoding = !this.word.isTrimmed(CHUNKED);
			}
			case HOST -> good = ++this.hosts == 1;
			case OTHER -> {
			}
		}
		return next(good, Part.LINE_END);
	}

	private int next(boolean good, Part next) {
		this.part = next;
		return good ? Reading.MORE : StatusCodes.BAD_REQUEST;
	}

	/**
	 * Whether the content comes in chunks.
	 */
	boolean isChunked() {
		return this.codings > 0;
	}

	/**
	 * The length of the content.
	 * @return the number of octets, 0 if nothing was said
	 */
	long length() {
		return this.length;
	}

	/**
	 * Judges a head as a whole: its content must have one length and no other coding than
	 * {@code chunked} (RFC 9112, sections 6.1 and 6.3), and a request names one host
	 * (section 3.2).
	 * @param http10 whether it is a request of HTTP/1.0
	 * @return the status of the refusal, or {@link Reading#DONE}
	 */
	int judge(boolean http10) {
		if (this.codings > 0 && (http10 || this.lengths > 0)) {
			return StatusCodes.BAD_REQUEST;
		}
		if (this.otherCoding) {
			return StatusCodes.NOT_IMPLEMENTED;
		}
		return (this.hosts == 0 && !http10) ? StatusCodes.BAD_REQUEST : Reading.DONE;
	}

	/**
	 * Judges a trailer section as a whole: it says nothing of length or routing (RFC
	 * 9110, section 6.5.1).
	 * @return the status of the refusal, or {@link Reading#DONE}
	 */
	int judgeTrailers() {
		return (this.lengths + this.codings + this.hosts > 0) ? StatusCodes.BAD_REQUEST : Reading.DONE;
	}

	private enum Part {

		LINE, NAME, BEFORE_VALUE, VALUE, LINE_END, END

	}

	private enum Field {

		CONTENT_LENGTH, TRANSFER_ENCODING, HOST, OTHER

	}

}
