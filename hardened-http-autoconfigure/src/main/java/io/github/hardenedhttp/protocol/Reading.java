package io.github.hardenedhttp.protocol;

/**
 * What has come of reading one more octet. Anything else is the status of the refusal.
 */
final class Reading {

	/**
	 * It goes on.
	 */
	static final int MORE = 0;

	/**
	 * That was the last octet of the part.
	 */
	static final int DONE = 1;

	private Reading() {
	}

}
