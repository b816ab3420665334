package io.github.hardenedhttp.checks;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Writes a value as users write it in their properties.
 */
final class ValueText {

	private static final long KILO = 1024;

	private ValueText() {
	}

	static String of(@Nullable Object value) {
		if (value == null) {
			return "not set";
		}
		if (value instanceof Duration duration) {
			return of(duration);
		}
		if (value instanceof DataSize size) {
			return of(size.toBytes());
		}
		if (value instanceof Collection<?> values) {
			return values.isEmpty() ? "none" : values.stream().map(ValueText::of).collect(Collectors.joining(", "));
		}
		if (value instanceof Enum<?> constant) {
			return constant.name().toLowerCase(Locale.ROOT);
		}
		return value.toString();
	}

	private static String of(Duration duration) {
		if (duration.toMillis() % 1000 != 0 || duration.isZero()) {
			return duration.isZero() ? "0s" : duration.toMillis() + "ms";
		}
		long seconds = duration.toSeconds();
		if (seconds % 86_400 == 0) {
			return seconds / 86_400 + "d";
		}
		if (seconds % 3600 == 0) {
			return seconds / 3600 + "h";
		}
		return (seconds % 60 == 0) ? seconds / 60 + "m" : seconds + "s";
	}

	private static String of(long bytes) {
		if (bytes == 0 || bytes % KILO != 0) {
			return bytes + "B";
		}
		return (bytes % (KILO * KILO) == 0) ? bytes / (KILO * KILO) + "MB" : bytes / KILO + "KB";
	}

}
