package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Slow and honest, with the default deadlines, all at the same time, and none is cut.
 * Each takes longer than every deadline that could be mistaken for its own; the long
 * form, {@code -Dhonest.full=true}, takes seven minutes.
 */
@OnOneJava
@BothSamples
class HonestClientIT {

	private static final boolean FULL = Boolean.getBoolean("honest.full");

	private static final int KILOBYTES = FULL ? 20 * 1024 : 1024;

	// Thinking and being quiet: longer than read (5s), write and read-header (10s).
	private static final int THOUGHT_SECONDS = FULL ? 60 : 13;

	private static final int EVENTS = FULL ? 15 : 2;

	private static final int EVENT_SECONDS = FULL ? 20 : 12;

	private static final int QUIET_SECONDS = FULL ? 240 : 20;

	private static final int KEPT_SECONDS = FULL ? 100 : 15;

	private static final int PAUSES = FULL ? 40 : 8;

	// In the short form fewer than a connection may have requests (max-requests): Java's
	// client gives up what is under way when a GOAWAY says that there were enough.
	private static final int STREAMS = FULL ? 50 : 40;

	private static final Duration LIMIT = Duration.ofMinutes(FULL ? 10 : 2);

	@TempDir
	private static Path directory;

	private static RunningSample sample;

	private static ExecutorService threads;

	private final Map<String, Future<?>> clients = new LinkedHashMap<>();

	private final SSLContext context = Trusting.context();

	@BeforeAll
	static void start() throws IOException {
		threads = Executors.newCachedThreadPool();
		sample = RunningSample.startAtFullSpeed(List.of());
		Files.write(directory.resolve("body"), new byte[KILOBYTES * 1024]);
	}

	@AfterAll
	static void stop() {
		threads.shutdownNow();
		sample.close();
	}

	@TestFactory
	Stream<DynamicTest> notCut() {
		for (String version : List.of("--http1.1", "--http2")) {
			client("an upload at 50 KB/s, " + version, () -> curl(Integer.toString(KILOBYTES * 1024), version,
					"--limit-rate", "50k", "--data-binary", "@" + directory.resolve("body"), url("/length")));
			client("a download at 50 KB/s, " + version,
					() -> curl("200 " + KILOBYTES * 1024, version, "--limit-rate", "50k", "-o", "/dev/null", "-w",
							"%{http_code} %{size_download}", url("/large?kilobytes=" + KILOBYTES)));
			client("a handler that thinks, " + version,
					() -> curl("thought", version, url("/think?time=%ds".formatted(THOUGHT_SECONDS))));
		}
		client("a download at 50 KB/s, every second", this::steadyDownload);
		client("an upload that pauses", this::uploadThatPauses);
		client("a connection that is kept", this::connectionThatIsKept);
		client("events with nothing in between", this::events);
		client("a socket that is quiet", this::quietSocket);
		client("many streams of which one is slow", this::manyStreams);
		return this.clients.entrySet()
			.stream()
			.map((client) -> DynamicTest.dynamicTest(client.getKey(),
					() -> client.getValue().get(LIMIT.toSeconds(), TimeUnit.SECONDS)));
	}

	private void client(String name, Action action) {
		this.clients.put(name, threads.submit(() -> {
			action.run();
			return null;
		}));
	}

	private void curl(String answer, String... arguments) {
		List<String> all = Stream
			.concat(Stream.of("-ksS", "-H", "Content-Type: application/octet-stream"), Stream.of(arguments))
			.toList();
		Tool.Result result = Tool.find("curl").run(LIMIT, all.toArray(String[]::new));
		assertThat(result.output()).as(result.toString()).isEqualTo(answer);
	}

	private void uploadThatPauses() throws Exception {
		byte[] part = new byte[50 * 1024];
		try (Socket socket = connect()) {
			socket.getOutputStream().write(text("""
					POST /length HTTP/1.1\r
					Host: localhost\r
					Content-Type: application/octet-stream\r
					Content-Length: %d\r
					\r
					""".formatted(part.length * (PAUSES + 1))));
			socket.getOutputStream().write(part);
			for (int i = 0; i < PAUSES; i++) {
				TimeUnit.SECONDS.sleep(FULL ? 3 : 2);
				socket.getOutputStream().write(part);
			}
			assertAnswers(socket, Integer.toString(part.length * (PAUSES + 1)));
		}
	}

	/**
	 * Unlike curl, which reads in bursts and rests between them. With a small buffer, or
	 * the short form would be over before anything was slow.
	 */
	private void steadyDownload() throws Exception {
		try (Socket socket = connect(64 * 1024)) {
			socket.getOutputStream()
				.write(text("GET /large?kilobytes=%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
					.formatted(KILOBYTES)));
			long read = 0;
			int part = 50 * 1024;
			for (int last = part; last == part; read += last) {
				last = socket.getInputStream().readNBytes(part).length;
				TimeUnit.SECONDS.sleep(1);
			}
			assertThat(read).isGreaterThan(KILOBYTES * 1024L);
		}
	}

	private void connectionThatIsKept() throws Exception {
		try (Socket socket = connect()) {
			for (int i = 0; i < 3; i++) {
				TimeUnit.SECONDS.sleep((i > 0) ? KEPT_SECONDS : 0);
				socket.getOutputStream().write(text("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
				assertAnswers(socket, "hello");
			}
		}
	}

	private Socket connect() throws IOException {
		return connect(0);
	}

	private Socket connect(int receiveBuffer) throws IOException {
		Socket socket = this.context.getSocketFactory().createSocket();
		if (receiveBuffer > 0) {
			socket.setReceiveBufferSize(receiveBuffer);
		}
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), sample.httpsPort()));
		socket.setSoTimeout((int) LIMIT.toMillis());
		return socket;
	}

	private static void assertAnswers(Socket socket, String body) throws IOException {
		StringBuilder response = new StringBuilder();
		while (response.indexOf("\r\n\r\n") < 0) {
			int next = socket.getInputStream().read();
			assertThat(next).as("'%s'", response).isNotNegative();
			response.append((char) next);
		}
		assertThat(response).startsWith("HTTP/1.1 200");
		assertThat(new String(socket.getInputStream().readNBytes(body.length()), StandardCharsets.ISO_8859_1))
			.isEqualTo(body);
	}

	private void events() throws Exception {
		HttpResponse<Stream<String>> response = client().send(
				request("/events?every=%ds&count=%d".formatted(EVENT_SECONDS, EVENTS)).build(), BodyHandlers.ofLines());
		assertThat(response.body().filter((line) -> line.startsWith("data:"))).hasSize(EVENTS);
	}

	private void quietSocket() throws Exception {
		CompletableFuture<String> received = new CompletableFuture<>();
		WebSocket socket = client().newWebSocketBuilder()
			.buildAsync(URI.create(url("/socket").replace("https:", "wss:")), new WebSocket.Listener() {

				@Override
				public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
					received.complete(data.toString());
					return WebSocket.Listener.super.onText(webSocket, data, last);
				}

			})
			.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		TimeUnit.SECONDS.sleep(QUIET_SECONDS);
		socket.sendText("still there", true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		assertThat(received).succeedsWithin(LIMIT).isEqualTo("still there");
		socket.abort();
	}

	/**
	 * The client has one connection for all of them.
	 */
	private void manyStreams() throws Exception {
		HttpClient client = client();
		client.send(request("/hello").build(), BodyHandlers.ofString());
		HttpResponse<InputStream> slow = client.send(request("/large?kilobytes=" + KILOBYTES).build(),
				BodyHandlers.ofInputStream());
		int read = 0;
		for (byte[] part = slow.body().readNBytes(50 * 1024); part.length > 0; part = slow.body()
			.readNBytes(50 * 1024)) {
			read += part.length;
			List<CompletableFuture<HttpResponse<String>>> others = IntStream.range(1, STREAMS)
				.mapToObj((i) -> client.sendAsync(request("/hello").build(), BodyHandlers.ofString()))
				.toList();
			for (CompletableFuture<HttpResponse<String>> other : others) {
				HttpResponse<String> response = other.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
				assertThat(response.version()).isEqualTo(Version.HTTP_2);
				assertThat(response.body()).isEqualTo("hello");
			}
			TimeUnit.SECONDS.sleep(1);
		}
		assertThat(read).isEqualTo(KILOBYTES * 1024);
	}

	private HttpClient client() {
		return HttpClient.newBuilder().sslContext(this.context).build();
	}

	private static HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(url(path))).timeout(LIMIT);
	}

	private static String url(String path) {
		return "https://localhost:%d%s".formatted(sample.httpsPort(), path);
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	@FunctionalInterface
	private interface Action {

		void run() throws Exception;

	}

}
