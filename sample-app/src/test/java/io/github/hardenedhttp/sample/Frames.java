package io.github.hardenedhttp.sample;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * HTTP/2 on the wire, as far as somebody needs it who does not keep the rules.
 */
final class Frames {

	static final int DATA = 0;

	static final int HEADERS = 1;

	static final int PRIORITY = 2;

	static final int RST_STREAM = 3;

	static final int SETTINGS = 4;

	static final int PING = 6;

	static final int GOAWAY = 7;

	static final int WINDOW_UPDATE = 8;

	static final int CONTINUATION = 9;

	static final int END_STREAM = 1;

	private static final int HAS_PRIORITY = 32;

	static final int END_HEADERS = 4;

	static final int ACK = 1;

	static final int NO_ERROR = 0;

	static final int REFUSED_STREAM = 7;

	static final int ENHANCE_YOUR_CALM = 11;

	private static final int CANCEL = 8;

	// RFC 7541, section 2.3.3: the entry a client has added last, as an indexed field.
	private static final byte NEWEST_ENTRY = (byte) (128 | 62);

	private static final short INITIAL_WINDOW_SIZE = 4;

	private Frames() {
	}

	/**
	 * What a client says first.
	 * @param window how much of a response the server may send unasked
	 * @return the preface, the settings, and a yes to those of the server
	 */
	static byte[] preface(int window) {
		byte[] setting = ByteBuffer.allocate(6).putShort(INITIAL_WINDOW_SIZE).putInt(window).array();
		return concat("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1),
				frame(SETTINGS, 0, 0, setting), frame(SETTINGS, ACK, 0));
	}

	static byte[] get(int stream, String path) {
		return frame(HEADERS, END_HEADERS | END_STREAM, stream, fields("GET", path));
	}

	static byte[] getWithPriority(int stream, String path) {
		byte[] priority = ByteBuffer.allocate(5).putInt(1 << 31).put((byte) -110).array();
		return frame(HEADERS, END_HEADERS | END_STREAM | HAS_PRIORITY, stream, concat(priority, fields("GET", path)));
	}

	/**
	 * A request whose header block goes on.
	 * @param stream the stream
	 * @return all of its fields
	 */
	static byte[] unendingHeaders(int stream) {
		return frame(HEADERS, END_STREAM, stream, fields("GET", "/hello"));
	}

	static byte[] post(int stream, String path, int length) {
		return frame(HEADERS, END_HEADERS, stream, concat(fields("POST", path), literal("content-length", "" + length),
				literal("content-type", "application/octet-stream")));
	}

	/**
	 * A header block that says it goes on.
	 * @param stream the stream
	 * @return all of a request but for the end of a value of 16,000 bytes
	 */
	static byte[] openHeaders(int stream) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.writeBytes(fields("GET", "/hello"));
		block.write(0);
		string(block, "x");
		length(block, 16_000);
		return frame(HEADERS, END_STREAM, stream, block.toByteArray());
	}

	/**
	 * Zeros in as many frames as they need.
	 * @param stream the stream
	 * @param size number of bytes
	 * @return the frames, of which none is the last
	 */
	static byte[] data(int stream, int size) {
		ByteArrayOutputStream frames = new ByteArrayOutputStream();
		for (int left = size; left > 0; left -= 16_384) {
			frames.writeBytes(frame(DATA, 0, stream, new byte[Math.min(left, 16_384)]));
		}
		return frames.toByteArray();
	}

	static byte[] endOfData(int stream) {
		return frame(DATA, END_STREAM, stream);
	}

	static byte[] windowUpdate(int stream, int increment) {
		return frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(increment).array());
	}

	static byte[] ping() {
		return frame(PING, 0, 0, new byte[8]);
	}

	static byte[] settings() {
		return frame(SETTINGS, 0, 0);
	}

	static byte[] cancel(int stream) {
		return frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
	}

	static byte[] priority(int stream, int dependsOn) {
		return frame(PRIORITY, 0, stream, ByteBuffer.allocate(5).putInt(dependsOn).put((byte) 15).array());
	}

	/**
	 * A header block that is much larger than it looks.
	 * @param stream the stream
	 * @param adds whether the entry is still to be added to the table
	 * @return a request of which one field of 4,000 bytes is there 8,000 times
	 */
	static byte[] bomb(int stream, boolean adds) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.writeBytes(fields("GET", "/hello"));
		if (adds) {
			block.write(64); // RFC 7541, section 6.2.1
			string(block, "x");
			string(block, "x".repeat(4000));
		}
		byte[] references = new byte[8000];
		Arrays.fill(references, NEWEST_ENTRY);
		block.writeBytes(references);
		return frame(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray());
	}

	static byte[] frame(int type, int flags, int stream, byte... payload) {
		ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
		frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
		return frame.put((byte) type).put((byte) flags).putInt(stream).put(payload).array();
	}

	private static byte[] fields(String method, String path) {
		return concat(literal(":method", method), literal(":scheme", "https"), literal(":authority", "localhost"),
				literal(":path", path));
	}

	// RFC 7541, section 6.2.2: no compression.
	private static byte[] literal(String name, String value) {
		ByteArrayOutputStream field = new ByteArrayOutputStream();
		field.write(0);
		string(field, name);
		string(field, value);
		return field.toByteArray();
	}

	private static void string(ByteArrayOutputStream block, String text) {
		length(block, text.length());
		block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	private static void length(ByteArrayOutputStream block, int length) {
		if (length < 127) {
			block.write(length);
			return;
		}
		block.write(127);
		int rest = length - 127;
		for (; rest >= 128; rest >>= 7) {
			block.write(rest & 127 | 128);
		}
		block.write(rest);
	}

	static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

}
