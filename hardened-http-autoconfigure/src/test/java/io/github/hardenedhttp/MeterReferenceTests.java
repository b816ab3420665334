package io.github.hardenedhttp;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.Dependency;
import io.github.hardenedhttp.testsupport.MarkdownTable;
import io.github.hardenedhttp.testsupport.Production;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.HandshakeFailure;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The manual has all our meters with their tags, and no others.
 */
class MeterReferenceTests {

	private static final Pattern TAG = Pattern.compile("`([a-z.]+)`(?: \\(([^)]*)\\)|: (.*))?");

	private static final Pattern METER = Pattern.compile("hardened\\.[a-z.]*[a-z]");

	/**
	 * All meters the manual has, with the values of each tag; none where they are not
	 * listed.
	 */
	private final Map<String, Map<String, List<String>>> manual = manual();

	@TempDir
	private Path storage;

	@Test
	void theManualNamesTheMetersOfTheCode() {
		Set<String> made = Production.classes()
			.stream()
			.filter((type) -> !type.getPackageName().endsWith(".report.dashboard"))
			.filter((type) -> type.getDirectDependenciesFromSelf()
				.stream()
				.map(Dependency::getTargetClass)
				.anyMatch((target) -> target.isEquivalentTo(MeterRegistry.class)))
			.flatMap((type) -> Production.strings(type).stream())
			.filter(METER.asMatchPredicate())
			.collect(Collectors.toSet());
		assertThat(made).isNotEmpty();
		assertThat(this.manual.keySet()).containsExactlyInAnyOrderElementsOf(made);
	}

	@Test
	void theManualHasTheTagsOfARunningServer() throws Exception {
		// Nobody listens on port 1: the certificate is a placeholder.
		try (TestServer server = TestServer.start("hardened.mode=observe", "management.server.port=0",
				"hardened.redirect.port=0", "hardened.certificate.self-signed=false", "hardened.acme.enabled=true",
				"hardened.acme.directory-url=https://127.0.0.1:1/dir", "hardened.acme.domains=one.example",
				"hardened.acme.accept-terms-of-service=true", "hardened.acme.storage=" + this.storage)) {
			try (TestClient client = TestClient.tls(server.port())) {
				client.send("GET /hello HTTP/1.1\r\nHost: one.example\r\n\r\n");
				await().untilAsserted(() -> assertThat(registered(server).keySet())
					.containsExactlyInAnyOrderElementsOf(this.manual.keySet()));
			}
			Set<String> words = words();
			registered(server).forEach((meter, tags) -> {
				Map<String, List<String>> documented = this.manual.get(meter);
				assertThat(documented.keySet()).as("tags of %s", meter).isEqualTo(tags.keySet());
				tags.forEach((tag, values) -> assertThat(values).as("values of %s{%s}", meter, tag)
					.allMatch((value) -> documented.get(tag).isEmpty() || documented.get(tag).contains(value)));
				documented.forEach((tag, values) -> assertThat(values).as("documented values of %s{%s}", meter, tag)
					.allMatch((value) -> tags.get(tag).contains(value) || words.contains(value)));
			});
		}
	}

	@Test
	void theManualHasTheReasonsOfFailedHandshakes() {
		List<String> reasons = MarkdownTable.of(MarkdownTable.MANUAL.resolve("reference/tls.md"))
			.stream()
			.filter((table) -> table.column("`reason`") == 0)
			.flatMap((table) -> table.rows().stream())
			.flatMap((row) -> MarkdownTable.code(row.get(0)).stream())
			.toList();
		assertThat(reasons).containsExactlyInAnyOrderElementsOf(
				Arrays.stream(HandshakeFailure.values()).map(HandshakeFailure::tag).toList());
	}

	private static Set<String> words() {
		return Production.classes()
			.stream()
			.flatMap((type) -> Production.strings(type).stream())
			.collect(Collectors.toSet());
	}

	private static Map<String, Map<String, List<String>>> manual() {
		Map<String, Map<String, List<String>>> meters = new TreeMap<>();
		for (MarkdownTable table : MarkdownTable.ofManual()) {
			if (table.column("Meter") == 0 && table.column("Tags") > 0) {
				for (List<String> row : table.rows()) {
					MarkdownTable.code(row.get(0))
						.stream()
						.filter((meter) -> meter.startsWith("hardened."))
						.forEach(
								(meter) -> assertThat(meters.put(meter, tags(row.get(table.column("Tags"))))).isNull());
				}
			}
		}
		return meters;
	}

	private static Map<String, List<String>> tags(String cell) {
		Map<String, List<String>> tags = new LinkedHashMap<>();
		TAG.matcher(cell)
			.results()
			.forEach((tag) -> tags.put(tag.group(1),
					MarkdownTable.code((tag.group(2) != null) ? tag.group(2) : String.valueOf(tag.group(3)))));
		return tags;
	}

	private static Map<String, Map<String, Set<String>>> registered(TestServer server) {
		Map<String, Map<String, Set<String>>> meters = new TreeMap<>();
		for (Meter meter : server.bean(MeterRegistry.class).getMeters()) {
			if (meter.getId().getName().startsWith("hardened.")) {
				Map<String, Set<String>> tags = meters.computeIfAbsent(meter.getId().getName(),
						(name) -> new TreeMap<>());
				for (Tag tag : meter.getId().getTags()) {
					tags.computeIfAbsent(tag.getKey(), (key) -> new TreeSet<>()).add(tag.getValue());
				}
			}
		}
		return meters;
	}

}
