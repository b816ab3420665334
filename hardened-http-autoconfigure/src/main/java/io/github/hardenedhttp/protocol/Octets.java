package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What octets may be part of (RFC 9110, sections 5.5 and 5.6.2; RFC 9112, section 3.2).
 */
final class Octets {

	private static final byte TOKEN = 1;

	private static final byte TARGET = 2;

	private static final byte VALUE = 4;

	private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

	private static final byte[] CLASSES = classes();

	private Octets() {
	}

	private static byte[] classes() {
		byte[] classes = new byte[256];
		for (int each = 0; each < classes.length; each++) {
			boolean visible = each > ' ' && each < 0x7F;
			boolean alphanumeric = (each >= '0' && each <= '9') || (each >= 'A' && each <= 'Z')
					|| (each >= 'a' && each <= 'z');
			if (alphanumeric || "!#$%&'*+-.^_`|~".indexOf(each) >= 0) {
				classes[each] |= TOKEN;
			}
			if (visible && each != '#') {
				classes[each] |= TARGET;
			}
			if (visible || each == ' ' || each == '\t' || each >= 0x80) {
				classes[each] |= VALUE;
			}
		}
		return classes;
	}

	/**
	 * Whether an octet may be part of a method or of a field name.
	 */
	static boolean isToken(byte octet) {
		return (CLASSES[octet & 0xFF] & TOKEN) != 0;
	}

	/**
	 * Whether an octet may be part of a request target. A fragment may not.
	 */
	static boolean isTarget(byte octet) {
		return (CLASSES[octet & 0xFF] & TARGET) != 0;
	}

	/**
	 * Whether an octet may be part of a field value, or of a chunk extension.
	 */
	static boolean isValue(byte octet) {
		return (CLASSES[octet & 0xFF] & VALUE) != 0;
	}

	/**
	 * Where a field value is interrupted.
	 * @param octets holds it
	 * @param from the index of the first octet to look at
	 * @param to the index to stop at
	 * @return the index of the first octet that is not {@linkplain #isValue part of a
	 * value}, or {@code to}
	 */
	static int endOfValue(ByteBuffer octets, int from, int to) {
		int index = from;
		while (index + Long.BYTES <= to && areVisible(octets.getLong(index))) {
			index += Long.BYTES;
		}
		while (index < to && isValue(octets.get(index))) {
			index++;
		}
		return index;
	}

	/**
	 * Whether each of eight octets is a space, visible, or beyond ASCII. Nothing is
	 * carried from one octet to the next: {@code 0x7F + 0x7F < 0x100}.
	 */
	private static boolean areVisible(long eight) {
		long low = eight & 0x7F7F_7F7F_7F7F_7F7FL;
		// In the highest bit of each: at least 0x20; not 0x7F; beyond ASCII.
		long atLeastSpace = low + 0x6060_6060_6060_6060L;
		long notDelete = (low ^ 0x7F7F_7F7F_7F7F_7F7FL) + 0x7F7F_7F7F_7F7F_7F7FL;
		return (((atLeastSpace & notDelete) | eight) & HIGHEST_BITS) == HIGHEST_BITS;
	}

	/**
	 * Whether an octet is white space within a line.
	 */
	static boolean isBlank(byte octet) {
		return octet == ' ' || octet == '\t';
	}

	static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
