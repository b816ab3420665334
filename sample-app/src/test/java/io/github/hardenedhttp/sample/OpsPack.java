package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.yaml.snakeyaml.Yaml;

/**
 * The rules and the Grafana dashboard, as they are in the jar.
 */
final class OpsPack {

	private static final Pattern METRIC = Pattern
		.compile("(?<![\\w:\"])(hardened|process|http_server|ssl|jvm)_\\w+(?![\\w:])");

	private static final Pattern RECORDED = Pattern.compile("\\b\\w+:\\w+:\\w+");

	private OpsPack() {
	}

	static String rules() {
		return read("prometheus-rules.yml");
	}

	/**
	 * The queries of all panels.
	 * @return as Grafana sends them, with its variables
	 */
	static List<String> panelQueries() {
		try {
			return new ObjectMapper().readTree(read("grafana-dashboard.json")).findValuesAsText("expr");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static JsonNode dashboard() {
		try {
			return new ObjectMapper().readTree(read("grafana-dashboard.json"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The expressions of all rules, and the queries of all panels.
	 * @return the expressions
	 */
	static Stream<String> expressions() {
		return Stream.concat(ruleFields("expr"), panelQueries().stream());
	}

	static Stream<String> alerts() {
		return ruleFields("alert");
	}

	/**
	 * The names that the expressions ask for.
	 * @return of metrics, and of recorded ones
	 */
	static Set<String> names() {
		Set<String> names = new TreeSet<>();
		expressions().forEach((expression) -> names.addAll(names(expression)));
		return names;
	}

	static Set<String> names(String expression) {
		Set<String> names = new TreeSet<>();
		Stream.of(METRIC, RECORDED)
			.flatMap((pattern) -> pattern.matcher(expression).results())
			.map(MatchResult::group)
			.forEach(names::add);
		return names;
	}

	private static Stream<String> ruleFields(String name) {
		Map<String, List<Map<String, List<Map<String, Object>>>>> file = new Yaml().load(rules());
		return file.get("groups")
			.stream()
			.flatMap((group) -> group.get("rules").stream())
			.filter((rule) -> rule.containsKey(name))
			.map((rule) -> rule.get(name).toString());
	}

	private static String read(String name) {
		try (InputStream in = OpsPack.class.getResourceAsStream("/META-INF/hardened/operations/" + name)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
