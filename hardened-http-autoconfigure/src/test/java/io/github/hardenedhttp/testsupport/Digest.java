package io.github.hardenedhttp.testsupport;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Says in a few letters which bytes a body had.
 */
public final class Digest {

	private final MessageDigest digest = sha256();

	private long count;

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static String of(byte[] bytes) {
		Digest digest = new Digest();
		digest.add(bytes);
		return digest.text();
	}

	public void add(byte[] bytes) {
		add(bytes, bytes.length);
	}

	public void add(byte[] bytes, int length) {
		this.digest.update(bytes, 0, length);
		this.count += length;
	}

	public String text() {
		return this.count + " " + HexFormat.of().formatHex(this.digest.digest());
	}

}
