package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;

import io.undertow.util.StatusCodes;

/**
 * The first line of a request (RFC 9112, section 3), octet by octet. For one use.
 */
final class RequestLine {

	private static final byte[] PREFACE_METHOD = Octets.ascii("pri");

	private static final byte[] VERSION = Octets.ascii("HTTP/d.d");

	private static final int MAJOR = 5;

	private static final int MINOR = 7;

	private final ShortWord method = new ShortWord();

	private Part part = Part.METHOD;

	private int targetLength;

	private int index;

	private int major;

	private int minor;

	/**
	 * Reads on.
	 * @param octet the next octet
	 * @return {@link Reading#MORE}, {@link Reading#DONE} or a status
	 */
	int read(byte octet) {
		return switch (this.part) {
			case METHOD -> readMethod(octet);
			case TARGET -> readTarget(octet);
			case VERSION -> readVersion(octet);
			case END -> (octet == '\n') ? Reading.DONE : StatusCodes.BAD_REQUEST;
		};
	}

	/**
	 * Reads on as long as the octets are more of the target: as {@link #read} would, one
	 * by one, to answer {@link Reading#MORE}.
	 * @param octets holds what was received
	 * @param from the index of the next octet
	 * @param to the index to stop at
	 * @return the index of the first octet that was not read
	 */
	int skipRun(ByteBuffer octets, int from, int to) {
		int index = from;
		if (this.part == Part.TARGET) {
			while (index < to && Octets.isTarget(octets.get(index))) {
				index++;
			}
			this.targetLength += index - from;
		}
		return index;
	}

	private int readMethod(byte octet) {
		if (Octets.isToken(octet)) {
			this.method.add(octet);
			return Reading.MORE;
		}
		return next(octet == ' ' && !this.method.isEmpty(), Part.TARGET);
	}

	private int readTarget(byte octet) {
		if (Octets.isTarget(octet)) {
			this.targetLength++;
			return Reading.MORE;
		}
		return next(octet == ' ' && this.targetLength > 0, Part.VERSION);
	}

	private int readVersion(byte octet) {
		if (this.index == VERSION.length) {
			return (octet == '\r') ? ended() : StatusCodes.BAD_REQUEST;
		}
		boolean digit = octet >= '0' && octet <= '9';
		boolean expected = (VERSION[this.index] == 'd') ? digit : octet == VERSION[this.index];
		if (this.index == MAJOR) {
			this.major = octet - '0';
		}
		else if (this.index == MINOR) {
			this.minor = octet - '0';
		}
		this.index++;
		return expected ? Reading.MORE : StatusCodes.BAD_REQUEST;
	}

	private int ended() {
		this.part = Part.END;
		return ((this.major == 1 && this.minor <= 1) || isHttp2Preface()) ? Reading.MORE
				: StatusCodes.HTTP_VERSION_NOT_SUPPORTED;
	}

	private int next(boolean good, Part next) {
		this.part = next;
		return good ? Reading.MORE : StatusCodes.BAD_REQUEST;
	}

	boolean isHttp10() {
		return this.major == 1 && this.minor == 0;
	}

	/**
	 * Whether this is how a connection begins that speaks HTTP/2 from the start (RFC
	 * 9113, section 3.4). To be asked when the line is done.
	 */
	boolean isHttp2Preface() {
		return this.major == 2 && this.minor == 0 && this.targetLength == 1 && this.method.is(PREFACE_METHOD);
	}

	private enum Part {

		METHOD, TARGET, VERSION, END

	}

}
