package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.awaitility.Awaitility.await;

/**
 * A page of a headless Chromium, spoken to in the DevTools protocol. It remembers what
 * the page has asked the network for, and all the page or the browser complains of.
 */
final class Browser implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Pattern DEVTOOLS = Pattern.compile("DevTools listening on ws://(127\\.0\\.0\\.1:\\d+)/");

	private final ObjectMapper mapper = new ObjectMapper();

	private final AtomicInteger ids = new AtomicInteger();

	private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

	private final List<String> complaints = new CopyOnWriteArrayList<>();

	private final List<URI> requests = new CopyOnWriteArrayList<>();

	private final Tool.Running process;

	private final WebSocket socket;

	private Browser(Tool.Running process, URI page) {
		this.process = process;
		this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Listener()).join();
	}

	/**
	 * Starts a browser with an empty page.
	 * @param profile an empty directory
	 * @return the browser
	 */
	static Browser start(Path profile) {
		Tool.Running process = Tool.find("chromium", "chromium-browser", "google-chrome")
			.start("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
					"--disable-background-networking", "--disable-component-update", "--disable-sync",
					"--hide-scrollbars", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank");
		String address = await().atMost(LIMIT)
			.until(() -> DEVTOOLS.matcher(process.output()).results().map((found) -> found.group(1)).findFirst(),
					(found) -> found.isPresent())
			.orElseThrow();
		Browser browser = new Browser(process,
				await().atMost(LIMIT).until(() -> page(address), Optional::isPresent).orElseThrow());
		List.of("Page", "Runtime", "Log", "Network").forEach((domain) -> browser.send(domain + ".enable", Map.of()));
		return browser;
	}

	private static Optional<URI> page(String address) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/json/list")).build();
		try {
			JsonNode pages = new ObjectMapper()
				.readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
			for (JsonNode page : pages) {
				if ("page".equals(page.get("type").asText())) {
					return Optional.of(URI.create(page.get("webSocketDebuggerUrl").asText()));
				}
			}
			return Optional.empty();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	void open(String address) {
		send("Page.navigate", Map.of("url", address));
	}

	/**
	 * Sets the size of the window.
	 * @param width in CSS pixels
	 * @param height in CSS pixels
	 */
	void resize(int width, int height) {
		send("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
	}

	/**
	 * Sets what the user prefers.
	 * @param colourScheme {@code light} or {@code dark}
	 */
	void prefer(String colourScheme) {
		send("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colourScheme))));
	}

	/**
	 * Evaluates an expression of JavaScript in the page.
	 * @param expression the expression; a promise is waited for
	 * @return its value
	 */
	JsonNode evaluate(String expression) {
		JsonNode answer = send("Runtime.evaluate",
				Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
		if (answer.has("exceptionDetails")) {
			throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
		}
		return answer.get("result").path("value");
	}

	/**
	 * Presses the tabulator and lets go of it.
	 */
	void tab() {
		String key = "Tab";
		send("Input.dispatchKeyEvent",
				Map.of("type", "rawKeyDown", "key", key, "code", key, "windowsVirtualKeyCode", 9));
		send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", 9));
	}

	/**
	 * Takes a picture.
	 * @param file where the PNG is written to
	 * @param whole whether of the whole page, and not of the window only
	 */
	void photograph(Path file, boolean whole) {
		JsonNode answer = send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", whole));
		try {
			Files.createDirectories(file.toAbsolutePath().getParent());
			Files.write(file, Base64.getDecoder().decode(answer.get("data").asText()));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Errors and warnings of the page, of its scripts and of the network.
	 * @return in the order they came
	 */
	List<String> complaints() {
		return List.copyOf(this.complaints);
	}

	/**
	 * All that was asked for.
	 * @return in the order it was asked for
	 */
	List<URI> requests() {
		return List.copyOf(this.requests);
	}

	/**
	 * Sends a command and waits for the answer.
	 * @param method the command
	 * @param parameters its parameters
	 * @return its result
	 */
	JsonNode send(String method, Map<String, ?> parameters) {
		int id = this.ids.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.answers.put(id, answer);
		try {
			String text = this.mapper.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
			this.socket.sendText(text, true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
			JsonNode got = answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
			if (got.has("error")) {
				throw new AssertionError(method + ": " + got.get("error"));
			}
			return got.get("result");
		}
		catch (Exception ex) {
			throw new AssertionError(method + "\n" + this.process.output(), ex);
		}
	}

	private void received(JsonNode message) {
		if (message.has("id")) {
			this.answers.remove(message.get("id").asInt()).complete(message);
			return;
		}
		JsonNode parameters = message.get("params");
		switch (message.path("method").asText()) {
			case "Network.requestWillBeSent" ->
				this.requests.add(URI.create(parameters.get("request").get("url").asText()));
			case "Runtime.exceptionThrown" -> this.complaints.add(parameters.toString());
			case "Runtime.consoleAPICalled" -> {
				if (List.of("error", "warning", "assert").contains(parameters.get("type").asText())) {
					this.complaints.add(parameters.toString());
				}
			}
			case "Log.entryAdded" -> {
				if (List.of("error", "warning").contains(parameters.at("/entry/level").asText())) {
					this.complaints.add(parameters.get("entry").toString());
				}
			}
			default -> {
			}
		}
	}

	@Override
	public void close() {
		this.socket.abort();
		this.process.close();
	}

	private final class Listener implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				try {
					received(Browser.this.mapper.readTree(this.text.toString()));
				}
				catch (IOException ex) {
					Browser.this.complaints.add(ex.toString());
				}
				this.text.setLength(0);
			}
			return WebSocket.Listener.super.onText(socket, data, last);
		}

	}

}
