package io.github.hardenedhttp;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.convert.ConversionFailedException;

/**
 * Explains a {@code hardened.*} property whose value is not of its type, in two lines. It
 * comes before Boot's own analyzer, which lists a line for each part and for each value.
 */
final class UnreadablePropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		ConfigurationProperty property = cause.getProperty();
		ConversionFailedException conversion = findCause(cause, ConversionFailedException.class);
		if (property == null || conversion == null || !cause.getName().toString().startsWith("hardened.")) {
			return null;
		}
		Class<?> type = conversion.getTargetType().getType();
		return new FailureAnalysis(
				"Invalid value '%s' for configuration property '%s' (originating from '%s'): it cannot be read as %s."
					.formatted(conversion.getValue(), property.getName(), property.getOrigin(), type.getSimpleName()),
				type.isEnum() ? "Use " + values(type) + "."
						: "Correct the value; docs/reference/configuration.md has the types and defaults.",
				cause);
	}

	private static String values(Class<?> type) {
		return Arrays.stream(type.getEnumConstants())
			.map((constant) -> "'%s'".formatted(((Enum<?>) constant).name().toLowerCase(Locale.ROOT)))
			.collect(Collectors.joining(" or "));
	}

}
