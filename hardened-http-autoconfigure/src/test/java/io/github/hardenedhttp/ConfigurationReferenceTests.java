package io.github.hardenedhttp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata of the properties is whole, and the manual's table is made from it. Run
 * with {@code -Dtest.jvm.options=-Dupdate=true} to write the table anew.
 */
class ConfigurationReferenceTests {

	private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	private static final Path PAGE = Path.of("../docs/reference/configuration.md");

	@Test
	void everyPropertyHasDescriptionAndType() throws IOException {
		assertThat(properties()).isNotEmpty().allSatisfy((property) -> {
			assertThat((String) property.get("description")).as("description of %s", property.get("name"))
				.isNotBlank()
				.endsWith(".");
			assertThat((String) property.get("type")).as("type of %s", property.get("name")).isNotBlank();
		});
	}

	@Test
	void noTwoPropertiesHaveTheSameDescription() throws IOException {
		assertThat(properties().stream().filter((property) -> ((String) property.get("name")).startsWith("hardened.")))
			.extracting((property) -> property.get("description"))
			.doesNotHaveDuplicates();
	}

	@Test
	void whatHasNoDefaultSaysWhatThenHolds() throws IOException {
		assertThat(properties()).filteredOn((property) -> property.get("defaultValue") == null)
			.extracting((property) -> property.get("name"))
			.containsExactlyInAnyOrder("hardened.acme.directory-url", "hardened.acme.domains",
					"hardened.acme.certificates", "hardened.acme.contact", "hardened.acme.storage",
					"hardened.acme.ssl-bundle", "hardened.redirect.port", "hardened.redirect.allowed-hosts",
					"hardened.tls.named-groups", "hardened.timeout.paths", "hardened.timeout.total");
	}

	@Test
	void theManualListsAllProperties() throws IOException {
		if (Boolean.getBoolean("update")) {
			Files.writeString(PAGE, page());
		}
		assertThat(PAGE).hasContent(page());
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> properties() throws IOException {
		Map<String, Object> metadata = JsonParserFactory.getJsonParser().parseMap(Files.readString(METADATA));
		return (List<Map<String, Object>>) metadata.get("properties");
	}

	private static String page() throws IOException {
		return """
				# All properties

				Made from the configuration metadata, which your editor completes from. What each does in detail is on the page of its room.

				| Property | Type | Default | |
				|---|---|---|---|
				"""
				+ properties().stream()
					.map(ConfigurationReferenceTests::row)
					.sorted()
					.collect(Collectors.joining("\n", "", "\n"));
	}

	private static String row(Map<String, Object> property) {
		Object defaultValue = property.get("defaultValue");
		return "| `%s` | `%s` | %s | %s |".formatted(property.get("name"),
				((String) property.get("type")).replaceAll("[a-z]+\\.", ""),
				(defaultValue != null) ? "`" + defaultValue + "`" : "", property.get("description"));
	}

}
