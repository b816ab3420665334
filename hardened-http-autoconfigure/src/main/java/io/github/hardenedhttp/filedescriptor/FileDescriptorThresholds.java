package io.github.hardenedhttp.filedescriptor;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Level;

/**
 * Decides how short file descriptors are. A level is entered at its threshold and left
 * only {@value #RELEASE} of the limit below it (or at half of it, if that is less), so
 * that it does not come and go with every connection.
 *
 * @param warnAt the part of the limit from which on it is {@link Level#WARN}, above 0
 * @param failAt the part of the limit from which on it is {@link Level#FAIL}, above
 * {@code warnAt}, 1 at most
 */
record FileDescriptorThresholds(double warnAt, double failAt) {

	private static final double RELEASE = 0.05;

	/**
	 * The level that follows.
	 * @param present the level until now
	 * @param census how many are open now, and may be; without a limit they are never
	 * short
	 * @return the level from now on
	 */
	Level next(Level present, FileDescriptorCensus census) {
		double ratio = census.ratio();
		if (ratio >= this.failAt || (present == Level.FAIL && ratio >= release(this.failAt))) {
			return Level.FAIL;
		}
		if (ratio >= this.warnAt || (present != Level.NONE && ratio >= release(this.warnAt))) {
			return Level.WARN;
		}
		return Level.NONE;
	}

	/**
	 * Whether not even half of what may be open without a warning is.
	 * @param census how many are open now, and may be
	 * @return whether it is far to the next level
	 */
	boolean isFar(FileDescriptorCensus census) {
		return census.ratio() < this.warnAt / 2;
	}

	private static double release(double threshold) {
		return Math.max(threshold - RELEASE, threshold / 2);
	}

}
