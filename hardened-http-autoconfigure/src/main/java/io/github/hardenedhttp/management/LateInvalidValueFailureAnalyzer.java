package io.github.hardenedhttp.management;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Explains a wrong value that was found when the application's server was running
 * already, as those of the management server are. Boot's own analyzer looks for the value
 * in the servlet context, too, which has ended by then, and fails ("UT015023").
 */
final class LateInvalidValueFailureAnalyzer
		extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException> {

	private final @Nullable Environment environment;

	LateInvalidValueFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure,
			InvalidConfigurationPropertyValueException cause) {
		List<PropertySource<?>> sources = sources();
		if (sources.stream().noneMatch((source) -> hasEnded(source, cause.getName()))) {
			return null;
		}
		Origin origin = origin(sources, cause.getName());
		return new FailureAnalysis(
				"Invalid value '%s' for configuration property '%s'%s. Validation failed for the following reason:%n%n%s"
					.formatted(cause.getValue(), cause.getName(),
							(origin != null) ? " (originating from '" + origin + "')" : "", cause.getReason()),
				"Review the value of the property.", cause);
	}

	private List<PropertySource<?>> sources() {
		if (!(this.environment instanceof ConfigurableEnvironment configurable)) {
			return List.of();
		}
		// The attached one asks all others.
		return configurable.getPropertySources()
			.stream()
			.filter((source) -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
			.toList();
	}

	private static boolean hasEnded(PropertySource<?> source, String name) {
		try {
			source.containsProperty(name);
			return false;
		}
		catch (IllegalStateException ex) {
			return true;
		}
	}

	private static @Nullable Origin origin(List<PropertySource<?>> sources, String name) {
		for (PropertySource<?> source : sources) {
			Origin origin = OriginLookup.getOrigin(source, name);
			if (origin != null) {
				return origin;
			}
		}
		return null;
	}

}
