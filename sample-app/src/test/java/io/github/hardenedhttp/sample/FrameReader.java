package io.github.hardenedhttp.sample;

import java.nio.ByteBuffer;

/**
 * Finds the heads of HTTP/2 frames in what a server sends, and the error codes.
 */
final class FrameReader {

	private final ByteBuffer head = ByteBuffer.allocate(9);

	private final ByteBuffer payload = ByteBuffer.allocate(8);

	private int type;

	private int stream;

	private int rest;

	/**
	 * Reads on.
	 * @param bytes what has come, all of which is taken
	 * @param frames is told of each frame
	 */
	void read(ByteBuffer bytes, Frame frames) {
		while (bytes.hasRemaining()) {
			skip(bytes, frames);
			while (this.rest == 0 && bytes.hasRemaining() && this.head.hasRemaining()) {
				this.head.put(bytes.get());
			}
			if (!this.head.hasRemaining()) {
				this.head.flip();
				this.rest = (this.head.get() & 255) << 16 | this.head.getShort() & 65_535;
				this.type = this.head.get();
				int flags = this.head.get();
				this.stream = this.head.getInt() & Integer.MAX_VALUE;
				frames.begins(this.type, flags, this.stream);
				this.head.clear();
				this.payload.clear();
			}
		}
	}

	private void skip(ByteBuffer bytes, Frame frames) {
		int skipped = Math.min(this.rest, bytes.remaining());
		int kept = Math.min(skipped, this.payload.remaining());
		this.payload.put(bytes.slice(bytes.position(), kept));
		bytes.position(bytes.position() + skipped);
		this.rest -= skipped;
		if (skipped > 0 && this.rest == 0) {
			if (this.type == Frames.RST_STREAM) {
				frames.isReset(this.stream, this.payload.getInt(0));
			}
			else if (this.type == Frames.GOAWAY) {
				frames.isOver(this.payload.getInt(4));
			}
		}
	}

	/**
	 * Is told of each frame.
	 */
	@FunctionalInterface
	interface Frame {

		/**
		 * A frame begins.
		 * @param type its type
		 * @param flags its flags
		 * @param stream its stream
		 */
		void begins(int type, int flags, int stream);

		/**
		 * A stream was reset.
		 * @param stream the stream
		 * @param code the error code
		 */
		default void isReset(int stream, int code) {
		}

		/**
		 * A GOAWAY has come.
		 * @param code the error code
		 */
		default void isOver(int code) {
		}

	}

}
