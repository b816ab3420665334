package io.github.hardenedhttp.filedescriptor;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What one count of the open file descriptors found.
 *
 * @param open how many were open
 * @param max how many may be open, as the limit was at that moment; less than 1 if there
 * is no limit
 * @param types how many of each type, with every type in it and {@code open} as its sum;
 * {@code null} where the platform does not tell
 */
record FileDescriptorCensus(long open, long max, @Nullable Map<FileDescriptorType, Long> types) {

	/**
	 * A census of a platform that tells no types.
	 * @param open how many were open
	 * @param max how many may be open
	 * @return the census
	 */
	static FileDescriptorCensus withoutTypes(long open, long max) {
		return new FileDescriptorCensus(open, max, null);
	}

	/**
	 * A census of descriptors that were looked at one by one.
	 * @param types how many of each type; a type that is missing has none
	 * @param max how many may be open
	 * @return the census, with the sum of the types as the number that is open
	 */
	static FileDescriptorCensus ofTypes(Map<FileDescriptorType, Long> types, long max) {
		Map<FileDescriptorType, Long> all = new EnumMap<>(FileDescriptorType.class);
		long open = 0;
		for (FileDescriptorType type : FileDescriptorType.values()) {
			long count = types.getOrDefault(type, 0L);
			all.put(type, count);
			open += count;
		}
		return new FileDescriptorCensus(open, max, Collections.unmodifiableMap(all));
	}

	/**
	 * How much of the limit is used.
	 * @return open divided by max, 0 if there is no limit
	 */
	double ratio() {
		return (this.max > 0) ? (double) this.open / this.max : 0;
	}

	/**
	 * How much of the limit is used, as it is shown to people.
	 * @return the ratio to four decimal places
	 */
	double roundedRatio() {
		return Math.round(ratio() * 10_000) / 10_000.0;
	}

	/**
	 * How many descriptors of one type are open.
	 * @param type the type
	 * @return the number, NaN where types are unknown
	 */
	double count(FileDescriptorType type) {
		return (this.types != null) ? this.types.getOrDefault(type, 0L) : Double.NaN;
	}

}
