package io.github.hardenedhttp.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How bytes reach the server: what it makes of them must not depend on it.
 *
 * @param name for messages
 * @param pieces the bytes of each write
 * @param pause the time between two writes
 */
record Delivery(String name, List<byte[]> pieces, Duration pause) {

	private static final int SPLITS = 4;

	private static final int SMALL = 300;

	private static final int LARGE = 20_000;

	/**
	 * In one write, in two at some places, and byte by byte if it is not much.
	 * @param bytes what is under test
	 * @param rest what is sent after it
	 * @return the deliveries, the same each time
	 */
	static List<Delivery> of(byte[] bytes, byte[] rest) {
		List<Delivery> all = new ArrayList<>();
		byte[] whole = Arrays.copyOf(bytes, bytes.length + rest.length);
		System.arraycopy(rest, 0, whole, bytes.length, rest.length);
		all.add(new Delivery("in one write", List.of(whole), Duration.ZERO));
		if (bytes.length > 1) {
			new Random(Arrays.hashCode(bytes)).ints(1, bytes.length)
				.distinct()
				.limit(Math.min(bytes.length - 1, (bytes.length < LARGE) ? SPLITS : 1))
				.forEach((at) -> all.add(new Delivery("split at byte " + at,
						List.of(Arrays.copyOf(whole, at), Arrays.copyOfRange(whole, at, whole.length)),
						Duration.ofMillis(2))));
		}
		if (bytes.length < SMALL) {
			List<byte[]> single = new ArrayList<>();
			for (byte each : whole) {
				single.add(new byte[] { each });
			}
			all.add(new Delivery("byte by byte", single, Duration.ofNanos(20_000)));
		}
		return all;
	}

}
