package io.github.hardenedhttp.sample;

import java.nio.ByteBuffer;

/**
 * Finds the heads of HTTP/2 frames in what a server sends.
 */
final class FrameReader {

	private final ByteBuffer head = ByteBuffer.allocate(9);

	private int rest;

	/**
	 * Reads on.
	 * @param bytes what has come, all of which is taken
	 * @param frames is told of each frame
	 */
	void read(ByteBuffer bytes, Frame frames) {
		while (bytes.hasRemaining()) {
			int skipped = Math.min(this.rest, bytes.remaining());
			bytes.position(bytes.position() + skipped);
			this.rest -= skipped;
			while (this.rest == 0 && bytes.hasRemaining() && this.head.hasRemaining()) {
				this.head.put(bytes.get());
			}
			if (!this.head.hasRemaining()) {
				this.head.flip();
				this.rest = (this.head.get() & 255) << 16 | this.head.getShort() & 65_535;
				int type = this.head.get();
				int flags = this.head.get();
				frames.begins(type, flags, this.head.getInt() & Integer.MAX_VALUE);
				this.head.clear();
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

	}

}
