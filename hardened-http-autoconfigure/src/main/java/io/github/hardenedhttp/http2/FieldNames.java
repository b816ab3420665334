package io.github.hardenedhttp.http2;

import java.util.Arrays;

import io.undertow.util.HttpString;

/**
 * The names of the fields a request began with. They are kept as long as its content
 * lasts, so each is only a hash of four octets: a name of the set is never missed, and
 * that another is taken for one is as good as impossible.
 */
final class FieldNames {

	private int[] hashes = new int[8];

	private int count;

	void add(HttpString name) {
		if (contains(name)) {
			return;
		}
		if (this.count == this.hashes.length) {
			this.hashes = Arrays.copyOf(this.hashes, 2 * this.count);
		}
		this.hashes[this.count++] = hash(name);
	}

	boolean contains(HttpString name) {
		int hash = hash(name);
		for (int index = 0; index < this.count; index++) {
			if (this.hashes[index] == hash) {
				return true;
			}
		}
		return false;
	}

	/**
	 * FNV-1a. {@link HttpString#hashCode} is the same for "ar" and "ba".
	 */
	private static int hash(HttpString name) {
		int hash = 0x811C9DC5;
		for (int index = 0; index < name.length(); index++) {
			hash = (hash ^ name.byteAt(index)) * 0x01000193;
		}
		return hash;
	}

}
