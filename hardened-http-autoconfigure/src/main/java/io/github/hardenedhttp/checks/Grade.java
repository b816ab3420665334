package io.github.hardenedhttp.checks;

/**
 * A letter as SSL Labs gives it (its "SSL Server Rating Guide"), the better first. Each
 * check says what the letter can be at best; the lowest of them is the letter of the
 * server.
 */
public enum Grade {

	/**
	 * Everything as it should be, HSTS included.
	 */
	A_PLUS("A+"),

	/**
	 * Good, with warnings.
	 */
	A("A"),

	/**
	 * Something outdated is still accepted, or TLS ends somewhere else.
	 */
	B("B"),

	/**
	 * Much is outdated.
	 */
	C("C"),

	/**
	 * Clients do not trust the certificate.
	 */
	T("T"),

	/**
	 * A check has failed.
	 */
	F("F");

	private final String letter;

	Grade(String letter) {
		this.letter = letter;
	}

	/**
	 * The letter for people.
	 * @return one letter, or two characters
	 */
	public String letter() {
		return this.letter;
	}

	/**
	 * The lower of two grades.
	 * @param other another grade
	 * @return this one or the other
	 */
	public Grade or(Grade other) {
		return (compareTo(other) >= 0) ? this : other;
	}

	static Grade of(Verdict verdict) {
		return switch (verdict) {
			case PASS -> A_PLUS;
			case WARN -> A;
			case FAIL -> F;
		};
	}

}
