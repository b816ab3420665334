package io.github.hardenedhttp.protocol;

import java.nio.charset.StandardCharsets;

/**
 * What octets may be part of (RFC 9110, sections 5.5 and 5.6.2; RFC 9112, section 3.2).
 */
final class Octets {

	private static final byte TOKEN = 1;

	private static final byte TARGET = 2;

	private static final byte VALUE = 4;

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
	 * Whether an octet is white space within a line.
	 */
	static boolean isBlank(byte octet) {
		return octet == ' ' || octet == '\t';
	}

	static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
