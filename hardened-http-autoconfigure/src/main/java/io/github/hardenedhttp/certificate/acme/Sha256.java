package io.github.hardenedhttp.certificate.acme;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells texts apart in the names of files.
 */
final class Sha256 {

	private Sha256() {
	}

	/**
	 * The beginning of the hash of a text.
	 * @param text any text
	 * @param bytes how much of the hash
	 * @return hexadecimal digits, two for each byte
	 */
	static String start(String text, int bytes) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash, 0, bytes);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
