package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.awaitility.Awaitility.await;

/**
 * A Prometheus that scrapes samples, and evaluates rules, once a second. It is a process
 * of its own on a free port, no service of the system.
 */
final class RunningPrometheus implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final Pattern ADDRESS = Pattern.compile("msg=\"Listening on\" address=(127\\.0\\.0\\.1:\\d+)");

	private final HttpClient client = HttpClient.newHttpClient();

	private final ObjectMapper mapper = new ObjectMapper();

	private final Tool.Running process;

	private final String address;

	private RunningPrometheus(Tool.Running process, String address) {
		this.process = process;
		this.address = address;
	}

	/**
	 * Starts Prometheus and waits until it can be asked.
	 * @param directory where it keeps its files
	 * @param rules the rules
	 * @param jobs ports to scrape on the loopback interface, by the name of the job
	 * @return Prometheus
	 * @throws IOException if its files cannot be written
	 */
	static RunningPrometheus start(Path directory, String rules, Map<String, Integer> jobs) throws IOException {
		StringBuilder configuration = new StringBuilder("""
				global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
				rule_files: [rules.yml]
				scrape_configs:
				""");
		jobs.forEach((name, port) -> configuration.append("""
				- job_name: %s
				  metrics_path: /actuator/prometheus
				  static_configs: [{targets: ['127.0.0.1:%d']}]
				""".formatted(name, port)));
		Files.writeString(directory.resolve("rules.yml"), rules);
		Path file = Files.writeString(directory.resolve("prometheus.yml"), configuration);
		Tool.Running process = Tool.find("prometheus")
			.start("--config.file=" + file, "--storage.tsdb.path=" + directory.resolve("data"),
					"--web.listen-address=127.0.0.1:0");
		String address = await().atMost(LIMIT)
			.until(() -> ADDRESS.matcher(process.output()).results().map((found) -> found.group(1)).findFirst(),
					(found) -> found.isPresent())
			.orElseThrow();
		return new RunningPrometheus(process, address);
	}

	/**
	 * Evaluates an expression now.
	 * @param expression the expression
	 * @return the samples
	 */
	JsonNode query(String expression) {
		return get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)).get("result");
	}

	/**
	 * The names of all metrics there are, recorded ones included.
	 * @return the names
	 */
	Set<String> names() {
		Set<String> names = new TreeSet<>();
		get("label/__name__/values").forEach((name) -> names.add(name.asText()));
		return names;
	}

	/**
	 * The alerts that fire now.
	 * @return each with its reason, if it has one: {@code Cut(idle)}
	 */
	Set<String> firing() {
		Set<String> firing = new TreeSet<>();
		for (JsonNode alert : get("alerts").get("alerts")) {
			if (alert.get("state").asText().equals("firing")) {
				JsonNode labels = alert.get("labels");
				String name = labels.get("alertname").asText();
				firing.add(labels.has("reason") ? "%s(%s)".formatted(name, labels.get("reason").asText()) : name);
			}
		}
		return firing;
	}

	private JsonNode get(String path) {
		URI uri = URI.create("http://%s/api/v1/%s".formatted(this.address, path));
		try {
			HttpResponse<String> response = this.client.send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
					BodyHandlers.ofString());
			JsonNode body = this.mapper.readTree(response.body());
			if (response.statusCode() != 200) {
				throw new AssertionError(path + ": " + body);
			}
			return body.get("data");
		}
		catch (IOException ex) {
			throw new AssertionError(this.process.output(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() {
		this.process.close();
	}

}
