package io.github.hardenedhttp.protocol;

import java.util.Arrays;

/**
 * A word that is read octet by octet and compared without regard to case. Longer than
 * anything it is compared with, it is equal to nothing. Reusable.
 */
final class ShortWord {

	private final byte[] octets = new byte[32];

	private int length;

	void clear() {
		this.length = 0;
	}

	void add(byte octet) {
		if (this.length < this.octets.length) {
			this.octets[this.length] = (octet >= 'A' && octet <= 'Z') ? (byte) (octet + 'a' - 'A') : octet;
		}
		this.length++;
	}

	boolean isEmpty() {
		return this.length == 0;
	}

	/**
	 * Compares.
	 * @param other a word in lower case
	 * @return whether they are equal
	 */
	boolean is(byte[] other) {
		return this.length == other.length && Arrays.equals(this.octets, 0, this.length, other, 0, other.length);
	}

	/**
	 * Compares without the white space at the end.
	 * @param other a word in lower case
	 * @return whether they are equal
	 */
	boolean isTrimmed(byte[] other) {
		int end = trimmedLength();
		return end == other.length && Arrays.equals(this.octets, 0, end, other, 0, other.length);
	}

	/**
	 * The number it is, without the white space at the end.
	 * @return the number, or -1 if it is none or has more than 18 digits
	 */
	long number() {
		int end = trimmedLength();
		if (end == 0 || end > 18) {
			return -1;
		}
		long number = 0;
		for (int index = 0; index < end; index++) {
			int digit = this.octets[index] - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			number = 10 * number + digit;
		}
		return number;
	}

	private int trimmedLength() {
		int end = Math.min(this.length, this.octets.length);
		while (end > 0 && Octets.isBlank(this.octets[end - 1])) {
			end--;
		}
		return (this.length > this.octets.length) ? this.length : end;
	}

}
