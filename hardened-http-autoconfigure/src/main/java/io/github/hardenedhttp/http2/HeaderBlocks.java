package io.github.hardenedhttp.http2;

import java.nio.ByteBuffer;

/**
 * Makes one HEADERS frame of a header block that came in several frames (RFC 9113,
 * section 4.3). Padding is left out.
 */
final class HeaderBlocks {

	private HeaderBlocks() {
	}

	/**
	 * Joins what can be joined, and leaves everything else as it is.
	 * @param octets an array-backed buffer
	 * @param from the index of the first octet, where a frame begins
	 * @param to the index after the last one; the last frame need not be complete
	 * @return the index after the last octet that is left
	 */
	static int join(ByteBuffer octets, int from, int to) {
		int source = from;
		int target = from;
		while (to - source >= FrameHeader.LENGTH) {
			boolean opensBlock = type(octets, source) == FrameHeader.HEADERS
					&& (flags(octets, source) & FrameHeader.END_HEADERS) == 0;
			int end = opensBlock ? endOfBlock(octets, source, to) : source;
			if (end > source) {
				target = joinBlock(octets, source, end, target);
				source = end;
			}
			else {
				int count = (int) Math.min(FrameHeader.LENGTH + (long) length(octets, source), to - source);
				octets.put(target, octets, source, count);
				target += count;
				source += count;
			}
		}
		octets.put(target, octets, source, to - source);
		return target + to - source;
	}

	/**
	 * Where the block ends that a frame opens, or where the frame begins if the block has
	 * no end.
	 */
	private static int endOfBlock(ByteBuffer octets, int first, int to) {
		int index = first + FrameHeader.LENGTH + length(octets, first);
		while (to - index >= FrameHeader.LENGTH && type(octets, index) == FrameHeader.CONTINUATION) {
			boolean last = (flags(octets, index) & FrameHeader.END_HEADERS) != 0;
			index += FrameHeader.LENGTH + length(octets, index);
			if (last && index <= to) {
				return index;
			}
		}
		return first;
	}

	private static int joinBlock(ByteBuffer octets, int first, int end, int target) {
		int flags = flags(octets, first);
		int length = length(octets, first);
		int source = first + FrameHeader.LENGTH;
		int padding = 0;
		if ((flags & FrameHeader.PADDED) != 0 && length > 0) {
			padding = 1 + (octets.get(source) & 0xFF);
			source++;
			if (padding > length) {
				// Undertow says what is wrong with it.
				octets.put(target, octets, first, end - first);
				return target + end - first;
			}
		}
		octets.put(target, octets, first, FrameHeader.LENGTH);
		int written = target + FrameHeader.LENGTH;
		octets.put(written, octets, source, length - padding);
		written += length - padding;
		int index = first + FrameHeader.LENGTH + length;
		while (index < end) {
			int count = length(octets, index);
			octets.put(written, octets, index + FrameHeader.LENGTH, count);
			written += count;
			index += FrameHeader.LENGTH + count;
		}
		int joined = written - target - FrameHeader.LENGTH;
		octets.put(target, (byte) (joined >> 16));
		octets.putShort(target + 1, (short) joined);
		octets.put(target + 4, (byte) (flags & ~FrameHeader.PADDED | FrameHeader.END_HEADERS));
		return written;
	}

	private static int length(ByteBuffer octets, int frame) {
		return (octets.get(frame) & 0xFF) << 16 | (octets.getShort(frame + 1) & 0xFFFF);
	}

	private static int type(ByteBuffer octets, int frame) {
		return octets.get(frame + 3);
	}

	private static int flags(ByteBuffer octets, int frame) {
		return octets.get(frame + 4);
	}

}
