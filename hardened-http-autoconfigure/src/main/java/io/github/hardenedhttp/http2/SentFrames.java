package io.github.hardenedhttp.http2;

import java.nio.ByteBuffer;

/**
 * Reads along the HTTP/2 frames the server sends: the streams it resets count as if the
 * client had reset them (it has made the server do it, CVE-2025-9784), and data allows
 * WINDOW_UPDATE frames. What it ends is not open any more. Not thread-safe.
 */
final class SentFrames {

	private final FrameBudget budget;

	private final OpenStreams streams;

	private final UnfinishedRequests requests;

	private final FrameHeader frame = new FrameHeader();

	private int left;

	SentFrames(FrameBudget budget, OpenStreams streams, UnfinishedRequests requests) {
		this.budget = budget;
		this.streams = streams;
		this.requests = requests;
	}

	/**
	 * Reads on.
	 * @param octets holds what was sent
	 * @param from the index of the first octet
	 * @param to the index after the last one
	 * @param now the time of a monotonic clock, in nanoseconds
	 */
	void read(ByteBuffer octets, int from, int to, long now) {
		int index = from;
		while (index < to) {
			if (this.left > 0) {
				int count = Math.min(this.left, to - index);
				this.left -= count;
				index += count;
			}
			else if (this.frame.read(octets.get(index++))) {
				this.left = this.frame.length();
				frame(now);
			}
		}
	}

	private void frame(long now) {
		switch (this.frame.type()) {
			case FrameHeader.DATA -> {
				this.budget.dataSent(this.frame.length());
				closeAtEnd();
			}
			case FrameHeader.HEADERS -> closeAtEnd();
			case FrameHeader.RST_STREAM -> {
				this.budget.spend(FrameBudget.RESET, now);
				close();
			}
			default -> {
			}
		}
	}

	private void closeAtEnd() {
		if (this.frame.has(FrameHeader.END_STREAM)) {
			close();
		}
	}

	private void close() {
		this.streams.close(this.frame.stream());
		this.requests.answered(this.frame.stream());
	}

	/**
	 * Whether something else can be sent here.
	 * @return whether no frame is half sent
	 */
	boolean isBetweenFrames() {
		return this.left == 0 && this.frame.isAtStart();
	}

}
