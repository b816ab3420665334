package io.github.hardenedhttp.http2;

/**
 * The streams of one HTTP/2 connection that have a request under way. A stream is closed
 * as soon as the server has sent the end of its response, or either side has reset it: no
 * later than the client can know, so a client that keeps to the limit is never beyond it.
 * Not thread-safe.
 */
final class OpenStreams {

	private final int max;

	private int[] streams = new int[8];

	private int count;

	private int last;

	private boolean agreed;

	/**
	 * Create at the beginning of a connection.
	 * @param max how many the client is told it may have
	 */
	OpenStreams(int max) {
		this.max = max;
	}

	/**
	 * The client has acknowledged what it was told. Before, it may have twice as many,
	 * for it knows of no limit.
	 */
	void agreed() {
		this.agreed = true;
	}

	/**
	 * A header block begins: a request, unless the stream is known.
	 * @param stream the identifier of the stream
	 * @return whether there may be so many
	 */
	boolean open(int stream) {
		if (stream <= this.last) {
			return true;
		}
		this.last = stream;
		if (this.count == this.streams.length) {
			int[] more = new int[2 * this.count];
			System.arraycopy(this.streams, 0, more, 0, this.count);
			this.streams = more;
		}
		this.streams[this.count++] = stream;
		return this.count <= (this.agreed ? this.max : most());
	}

	/**
	 * The most that may ever be open.
	 * @return the number of streams
	 */
	long most() {
		return 2L * this.max;
	}

	/**
	 * A stream is closed. Without effect if it was not open.
	 * @param stream the identifier of the stream
	 */
	void close(int stream) {
		for (int index = 0; index < this.count; index++) {
			if (this.streams[index] == stream) {
				this.streams[index] = this.streams[--this.count];
				return;
			}
		}
	}

	/**
	 * The highest stream that was ever opened.
	 * @return the identifier, or 0
	 */
	int last() {
		return this.last;
	}

}
