package io.github.hardenedhttp.management;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Explains a wrong value that was found when the application's server was running
 * already, as those of the management server are. Boot's own analyzer looks for the value
 * in the servlet context, too, which has ended by then, and fails ("UT015023").
 */
final class LateInvalidValueFailureAnalyzer extends AbstractFailureAnalyzer<InvalidConfigurationPropertyValueException>
		implements Ordered {

	private final @Nullable Environment environment;

	LateInvalidValueFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	/**
	 * After Boot's own.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidConfigurationPropertyValueException cause) {
		Origin origin = origin(cause.getName());
		return new FailureAnalysis(
				"Invalid value '%s' for configuration property '%s'%s. Validation failed for the following reason:%n%n%s"
					.formatted(cause.getValue(), cause.getName(),
							(origin != null) ? " (originating from '" + origin + "')" : "", cause.getReason()),
				"Review the value of the property.", cause);
	}

	private @Nullable Origin origin(String name) {
		if (this.environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				// The attached one asks all others.
				boolean attached = ConfigurationPropertySources.isAttachedConfigurationPropertySource(source);
				Origin origin = attached ? null : OriginLookup.getOrigin(source, name);
				if (origin != null) {
					return origin;
				}
			}
		}
		return null;
	}

}
