package io.github.hardenedhttp.certificate;

/**
 * Decides how near the end of a certificate is.
 *
 * @param warnAt the part of the lifetime with which it begins to be {@link Level#WARN},
 * above {@code failAt}, 1 at most
 * @param failAt the part with which it begins to be {@link Level#FAIL}, from 0 on
 */
record ExpiryThresholds(double warnAt, double failAt) {

	/**
	 * The level of a certificate.
	 * @param remaining the part of its lifetime that is left
	 * @return the level
	 */
	Level of(double remaining) {
		if (remaining <= this.failAt) {
			return Level.FAIL;
		}
		return (remaining <= this.warnAt) ? Level.WARN : Level.NONE;
	}

	/**
	 * From good to bad.
	 */
	enum Level {

		/**
		 * There is time.
		 */
		NONE,

		/**
		 * It should have been replaced.
		 */
		WARN,

		/**
		 * Somebody has to see to it now.
		 */
		FAIL

	}

}
