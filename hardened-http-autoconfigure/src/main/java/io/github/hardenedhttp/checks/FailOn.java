package io.github.hardenedhttp.checks;

/**
 * When the start fails because of what the report says.
 */
public enum FailOn {

	/**
	 * When a check fails.
	 */
	FAIL,

	/**
	 * When a check fails, or warns.
	 */
	WARN,

	/**
	 * Never.
	 */
	NEVER;

	/**
	 * Whether a verdict stops the start.
	 * @param verdict the verdict of a check
	 * @return whether it does
	 */
	public boolean stops(Verdict verdict) {
		return switch (this) {
			case FAIL -> verdict == Verdict.FAIL;
			case WARN -> verdict != Verdict.PASS;
			case NEVER -> false;
		};
	}

}
