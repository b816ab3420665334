package io.github.hardenedhttp.report;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Tells where the value of a property comes from, in this order:
 * <ol>
 * <li>where it is set: file, line and column, or the variable of the environment, or the
 * name of the property source;</li>
 * <li>from what it follows;</li>
 * <li>{@code default}.</li>
 * </ol>
 */
final class PropertyOrigins {

	private static final String DEFAULT = "default";

	private final Environment environment;

	PropertyOrigins(Environment environment) {
		this.environment = environment;
	}

	/**
	 * The origin of a value.
	 * @param property its property, or {@code null} if there is none
	 * @param derivation from what it follows if the property is not set
	 * @return a few words, or {@code null} if there is nothing to say
	 */
	@Nullable String of(@Nullable String property, @Nullable String derivation) {
		String set = (property != null) ? whereSet(ConfigurationPropertyName.of(property)) : null;
		if (set != null) {
			return set;
		}
		if (derivation != null) {
			return "derived from " + derivation;
		}
		return (property != null) ? DEFAULT : null;
	}

	private @Nullable String whereSet(ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = find(source, name);
			if (property != null) {
				return (property.getOrigin() != null) ? property.getOrigin().toString() : "set";
			}
		}
		return null;
	}

	/**
	 * A list or a map has its elements below its name.
	 */
	private static @Nullable ConfigurationProperty find(ConfigurationPropertySource source,
			ConfigurationPropertyName name) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		if (property == null && source instanceof IterableConfigurationPropertySource iterable) {
			property = iterable.stream()
				.filter(name::isAncestorOf)
				.map(source::getConfigurationProperty)
				.findFirst()
				.orElse(null);
		}
		return property;
	}

}
