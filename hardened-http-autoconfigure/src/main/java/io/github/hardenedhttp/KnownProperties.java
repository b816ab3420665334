package io.github.hardenedhttp;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StreamUtils;

/**
 * The {@code hardened.*} properties that exist, as the configuration metadata lists them,
 * the same list an editor completes from.
 */
final class KnownProperties {

	static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("hardened");

	private final List<ConfigurationPropertyName> names;

	private KnownProperties(List<ConfigurationPropertyName> names) {
		this.names = names;
	}

	static KnownProperties load() {
		return load(KnownProperties.class);
	}

	/**
	 * Reads the metadata that stands beside a class. Every jar of Spring Boot has a file
	 * of this name, the application may have one too, and which of them a class loader
	 * finds first is chance.
	 * @param neighbour a class from the same jar or directory
	 * @return the properties; none if there is no metadata beside the class, as in a jar
	 * that was merged from others
	 */
	static KnownProperties load(Class<?> neighbour) {
		String classFile = classFile(neighbour);
		ClassLoader classLoader = neighbour.getClassLoader();
		URL classUrl = classLoader.getResource(classFile);
		if (classUrl == null) {
			// A native image has no class files but those it was told to keep.
			return new KnownProperties(List.of());
		}
		try {
			String url = classUrl.toString();
			String wanted = url.substring(0, url.length() - classFile.length()) + METADATA;
			for (URL metadata : Collections.list(classLoader.getResources(METADATA))) {
				if (metadata.toString().equals(wanted)) {
					return new KnownProperties(names(metadata));
				}
			}
			return new KnownProperties(List.of());
		}
		catch (IOException ex) {
			throw new IllegalStateException("The configuration metadata cannot be read", ex);
		}
	}

	static String classFile(Class<?> type) {
		return type.getName().replace('.', '/') + ".class";
	}

	private static List<ConfigurationPropertyName> names(URL metadata) throws IOException {
		String json;
		try (InputStream in = metadata.openStream()) {
			json = StreamUtils.copyToString(in, StandardCharsets.UTF_8);
		}
		List<ConfigurationPropertyName> names = new ArrayList<>();
		if (JsonParserFactory.getJsonParser().parseMap(json).get("properties") instanceof List<?> properties) {
			for (Object property : properties) {
				ConfigurationPropertyName name = ConfigurationPropertyName
					.of((String) ((Map<?, ?>) property).get("name"));
				if (ROOT.isAncestorOf(name)) {
					names.add(name);
				}
			}
		}
		return names;
	}

	/**
	 * Refuses the first {@code hardened.*} property that does not exist. The environment
	 * of the process is left out: there, one name can mean several properties. Without a
	 * list of properties nothing is refused.
	 * @param sources all property sources
	 * @throws UnknownPropertyException if there is one
	 */
	void check(Iterable<ConfigurationPropertySource> sources) {
		if (this.names.isEmpty()) {
			return;
		}
		for (ConfigurationPropertySource source : sources) {
			if (source instanceof IterableConfigurationPropertySource iterable && !isProcessEnvironment(source)) {
				iterable.stream()
					.filter((name) -> ROOT.isAncestorOf(name) && !exists(name))
					.findFirst()
					.ifPresent((name) -> {
						ConfigurationProperty property = source.getConfigurationProperty(name);
						throw new UnknownPropertyException(name.toString(),
								(property != null) ? property.getOrigin() : null, nearest(name));
					});
			}
		}
	}

	private static boolean isProcessEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

	private boolean exists(ConfigurationPropertyName name) {
		// A list or a map has its elements below it.
		return this.names.stream().anyMatch((known) -> known.equals(name) || known.isAncestorOf(name));
	}

	private @Nullable String nearest(ConfigurationPropertyName name) {
		String wanted = name.toString();
		return this.names.stream()
			.map(ConfigurationPropertyName::toString)
			.min(Comparator.comparingInt((known) -> distance(known, wanted)))
			.filter((known) -> distance(known, wanted) <= wanted.length() / 3)
			.orElse(null);
	}

	/**
	 * How many letters must be changed, added or removed (Levenshtein distance).
	 */
	private static int distance(String from, String to) {
		int[] row = new int[to.length() + 1];
		for (int column = 0; column <= to.length(); column++) {
			row[column] = column;
		}
		for (int line = 1; line <= from.length(); line++) {
			int diagonal = row[0];
			row[0] = line;
			for (int column = 1; column <= to.length(); column++) {
				int substitution = diagonal + ((from.charAt(line - 1) != to.charAt(column - 1)) ? 1 : 0);
				diagonal = row[column];
				row[column] = Math.min(substitution, Math.min(row[column], row[column - 1]) + 1);
			}
		}
		return row[to.length()];
	}

}
