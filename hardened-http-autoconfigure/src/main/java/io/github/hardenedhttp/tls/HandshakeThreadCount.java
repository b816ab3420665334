package io.github.hardenedhttp.tls;

import org.jspecify.annotations.Nullable;

/**
 * How many threads there are for handshakes, as users write it: a number, or {@code auto}
 * for one on each processor.
 *
 * @param number the number, {@code null} for {@code auto}
 */
public record HandshakeThreadCount(@Nullable Integer number) {

	private static final String AUTO = "auto";

	static final int MOST = 256;

	/**
	 * Reads a count. Spring's conversion finds this method by its name.
	 * @param text a whole number, or {@code auto}
	 * @return the count
	 * @throws IllegalArgumentException if the text is neither
	 */
	public static HandshakeThreadCount of(String text) {
		String stripped = text.strip();
		if (stripped.equalsIgnoreCase(AUTO)) {
			return new HandshakeThreadCount(null);
		}
		try {
			return new HandshakeThreadCount(Integer.valueOf(stripped));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("'%s' is neither a number nor 'auto'".formatted(text));
		}
	}

	boolean isInRange() {
		return this.number == null || (this.number >= 1 && this.number <= MOST);
	}

	/**
	 * The number that holds on a machine.
	 * @param processors how many processors the process may use
	 * @return the number of threads
	 */
	int threads(int processors) {
		return (this.number != null) ? this.number : Math.min(processors, MOST);
	}

	@Override
	public String toString() {
		return (this.number != null) ? this.number.toString() : AUTO;
	}

}
