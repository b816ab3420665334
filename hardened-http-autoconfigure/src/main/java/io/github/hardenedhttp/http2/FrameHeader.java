package io.github.hardenedhttp.http2;

/**
 * The nine octets before each HTTP/2 frame (RFC 9113, section 4.1), as they come.
 * Reusable.
 */
final class FrameHeader {

	static final int LENGTH = 9;

	static final int DATA = 0;

	static final int HEADERS = 1;

	static final int RST_STREAM = 3;

	static final int SETTINGS = 4;

	static final int WINDOW_UPDATE = 8;

	static final int CONTINUATION = 9;

	static final int GOAWAY = 7;

	static final int END_STREAM = 0x1;

	static final int ACK = 0x1;

	static final int END_HEADERS = 0x4;

	static final int PADDED = 0x8;

	static final int PRIORITY = 0x20;

	private int read;

	private int length;

	private int type;

	private int flags;

	private int stream;

	/**
	 * Reads on.
	 * @param octet the next octet
	 * @return whether that was the last one; then the next call begins anew
	 */
	boolean read(byte octet) {
		int value = octet & 0xFF;
		switch (this.read++) {
			case 0 -> this.length = value;
			case 1, 2 -> this.length = this.length << 8 | value;
			case 3 -> this.type = value;
			case 4 -> this.flags = value;
			case 5 -> this.stream = value & 0x7F;
			default -> this.stream = this.stream << 8 | value;
		}
		if (this.read == LENGTH) {
			this.read = 0;
			return true;
		}
		return false;
	}

	/**
	 * Whether no octet of the next header has come.
	 */
	boolean isAtStart() {
		return this.read == 0;
	}

	int length() {
		return this.length;
	}

	int type() {
		return this.type;
	}

	int stream() {
		return this.stream;
	}

	boolean has(int flag) {
		return (this.flags & flag) != 0;
	}

}
