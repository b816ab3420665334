package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there may be, as users write it: a number, or {@code auto} for
 * what the limit of file descriptors allows.
 *
 * @param number the number, {@code null} for {@code auto}
 * @param most what {@code auto} never exceeds
 */
public record ConnectionCap(@Nullable Integer number, int most) {

	private static final String AUTO = "auto";

	static final int MOST = 10_000;

	static final int LEAST = 16;

	/**
	 * The cap of the management server, which nobody but its operators should reach.
	 */
	static final ConnectionCap MANAGEMENT = new ConnectionCap(null, 100);

	private static final int RESERVED_DESCRIPTORS = 256;

	ConnectionCap(@Nullable Integer number) {
		this(number, MOST);
	}

	/**
	 * Reads a cap. Spring's conversion finds this method by its name.
	 * @param text a whole number, or {@code auto}
	 * @return the cap
	 * @throws IllegalArgumentException if the text is neither
	 */
	public static ConnectionCap of(String text) {
		String stripped = text.strip();
		if (stripped.equalsIgnoreCase(AUTO)) {
			return new ConnectionCap(null);
		}
		try {
			return new ConnectionCap(Integer.valueOf(stripped));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("'%s' is neither a number nor 'auto'".formatted(text));
		}
	}

	/**
	 * The number that holds on a machine: what is set, or four fifths of the descriptors
	 * less a reserve for files, the JVM, and connections that come and go.
	 * @param maxDescriptors how many descriptors the process may have; less than 1 if
	 * there is no limit
	 * @param each how many of them a connection takes
	 * @return the number of connections
	 */
	int connections(long maxDescriptors, ConnectionDescriptors each) {
		if (this.number != null) {
			return this.number;
		}
		if (maxDescriptors < 1) {
			return this.most;
		}
		long allowed = (maxDescriptors / 5 * 4 - RESERVED_DESCRIPTORS) / each.number();
		return (int) Math.max(LEAST, Math.min(this.most, allowed));
	}

	/**
	 * Who says so.
	 * @param maxDescriptors as for {@link #connections}
	 * @param each as for {@link #connections}
	 * @return a few words for people
	 */
	String origin(long maxDescriptors, ConnectionDescriptors each) {
		if (this.number != null) {
			return "hardened.connection.max";
		}
		if (maxDescriptors < 1) {
			return "auto: descriptors are not limited";
		}
		return "auto: 80 %% of %,d descriptors less %d%s, from %d to %,d".formatted(maxDescriptors,
				RESERVED_DESCRIPTORS, (each.number() > 1) ? ", " + each.number() + " a connection" : "", LEAST,
				this.most);
	}

	@Override
	public String toString() {
		return (this.number != null) ? this.number.toString() : AUTO;
	}

}
