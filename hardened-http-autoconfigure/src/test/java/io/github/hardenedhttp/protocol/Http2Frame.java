package io.github.hardenedhttp.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A frame of HTTP/2, right or wrong (RFC 9113, section 4.1).
 *
 * @param type the type
 * @param flags the flags
 * @param stream the stream
 * @param payload the payload
 */
record Http2Frame(int type, int flags, int stream, byte[] payload) {

	static final List<String> TYPES = List.of("DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE",
			"PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION");

	private static final List<String> ERRORS = List.of("NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR",
			"FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL",
			"COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED");

	static int flag(String name) {
		return switch (name) {
			case "END_STREAM", "ACK" -> 0x1;
			case "END_HEADERS" -> 0x4;
			case "PADDED" -> 0x8;
			case "PRIORITY" -> 0x20;
			default -> throw new IllegalArgumentException("Unknown flag " + name);
		};
	}

	byte[] bytes() {
		return ByteBuffer.allocate(9 + this.payload.length)
			.put((byte) (this.payload.length >> 16))
			.putShort((short) this.payload.length)
			.put((byte) this.type)
			.put((byte) this.flags)
			.putInt(this.stream)
			.put(this.payload)
			.array();
	}

	/**
	 * The frames in what was received.
	 * @param bytes the bytes
	 * @return those that are whole
	 */
	static List<Http2Frame> parse(byte[] bytes) {
		List<Http2Frame> frames = new ArrayList<>();
		ByteBuffer in = ByteBuffer.wrap(bytes);
		while (in.remaining() >= 9) {
			int length = in.get() << 16 & 0xff0000 | in.getShort() & 0xffff;
			int type = in.get();
			int flags = in.get();
			int stream = in.getInt() & Integer.MAX_VALUE;
			if (in.remaining() < length) {
				break;
			}
			byte[] payload = new byte[length];
			in.get(payload);
			frames.add(new Http2Frame(type, flags, stream, payload));
		}
		return frames;
	}

	boolean is(String type) {
		return this.type == TYPES.indexOf(type);
	}

	boolean isEndOf(int stream) {
		return this.stream == stream
				&& (is("RST_STREAM") || (is("DATA") || is("HEADERS")) && (this.flags & flag("END_STREAM")) != 0);
	}

	/**
	 * The error of RST_STREAM or GOAWAY.
	 * @return its name
	 */
	String error() {
		return ERRORS.get(ByteBuffer.wrap(this.payload).getInt(is("GOAWAY") ? 4 : 0));
	}

	/**
	 * A field as a literal without indexing (RFC 7541, section 6.2.2).
	 * @param name the name
	 * @param value the value
	 * @return its part of a header block
	 */
	static byte[] literal(byte[] name, byte[] value) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.write(0);
		string(block, name);
		string(block, value);
		return block.toByteArray();
	}

	private static void string(ByteArrayOutputStream block, byte[] bytes) {
		block.write(Math.min(bytes.length, 127));
		if (bytes.length >= 127) {
			int rest = bytes.length - 127;
			for (; rest >= 128; rest >>= 7) {
				block.write(rest & 127 | 128);
			}
			block.write(rest);
		}
		block.writeBytes(bytes);
	}

	@Override
	public String toString() {
		String name = (this.type >= 0 && this.type < TYPES.size()) ? TYPES.get(this.type) : "type " + this.type;
		return name + " " + this.stream + ((is("RST_STREAM") || is("GOAWAY")) ? " " + error() : "")
				+ (isEndOf(this.stream) ? " (last)" : "") + " " + this.payload.length + " bytes";
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Http2Frame frame && Arrays.equals(bytes(), frame.bytes());
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(bytes());
	}

}
