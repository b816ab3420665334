package io.github.hardenedhttp.checks;

/**
 * What a check has found, the better first.
 */
public enum Verdict {

	/**
	 * As it should be.
	 */
	PASS,

	/**
	 * Less than the yardstick asks for; there may be a reason for it.
	 */
	WARN,

	/**
	 * An attacker can make use of it.
	 */
	FAIL;

	/**
	 * The graver of two verdicts.
	 * @param other another verdict
	 * @return this one or the other
	 */
	public Verdict or(Verdict other) {
		return (compareTo(other) >= 0) ? this : other;
	}

}
