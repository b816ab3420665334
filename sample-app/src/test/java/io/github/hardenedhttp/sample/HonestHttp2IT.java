package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.github.hardenedhttp.sample.Http2Connection.Answer;
import io.github.hardenedhttp.sample.Http2Connection.Frame;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What honest HTTP/2 clients do looks a little like a flood, and none of them is cut.
 * With the default configuration.
 */
@OnOneJava
class HonestHttp2IT {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration LIMIT = Duration.ofMinutes(2);

	// More than a connection carries, so that some must be made anew.
	private static final int ROUNDS = 15;

	private static final int ROUNDS_OF_JAVA = 9;

	private static final int STREAMS = 100;

	private static final int SLOW_LINE = 320 * 1024;

	private static final int CANCELLED = 400;

	private static final int CANCELLED_EACH_SECOND = 20;

	private static final int MEGABYTES = 20;

	private static final Pattern H2LOAD = Pattern
		.compile("requests: \\d+ total, \\d+ started, \\d+ done, (\\d+) succeeded, (\\d+) failed, (\\d+) errored");

	@TempDir
	private static Path directory;

	private static RunningSample sample;

	private static ExecutorService threads;

	private static Book before;

	private final Map<String, Future<?>> clients = new LinkedHashMap<>();

	private final SSLContext context = Trusting.context();

	@BeforeAll
	static void start() throws IOException {
		threads = Executors.newCachedThreadPool();
		sample = RunningSample.startAtFullSpeed(List.of());
		Files.write(directory.resolve("body"), new byte[MEGABYTES * 1024 * 1024]);
		before = Book.of(sample);
	}

	@AfterAll
	static void stop() {
		threads.shutdownNow();
		sample.close();
	}

	@TestFactory
	Stream<DynamicTest> notCut() {
		client("a page of a hundred pictures, again and again", this::page);
		client("a page of a hundred pictures, with Java's own client", this::pageOfJava);
		client("a PING every 100 ms beside a long stream", this::keepAlive);
		client("somebody who scrolls, and cancels 20 requests a second", this::scrolling);
		client("a window opened with every frame", this::manyWindowUpdates);
		client("a window opened a byte at a time, now and then", this::smallWindowUpdates);
		client("settings changed now and then", this::settings);
		client("an upload in tiny frames", this::tinyUpload);
		client("an upload of a thousand tiny frames at once", this::tinyUploadAtOnce);
		client("a large download with Java's own client", this::downloadOfJava);
		client("a large download with curl", () -> curl("200 " + MEGABYTES * 1024 * 1024, "-o", "/dev/null", "-w",
				"%{http_code} %{size_download}", url("/large?kilobytes=" + MEGABYTES * 1024)));
		client("a large upload with curl", () -> curl(Integer.toString(MEGABYTES * 1024 * 1024), "--data-binary",
				"@" + directory.resolve("body"), url("/length")));
		client("nghttp, with its priorities and windows", this::nghttp);
		return Stream.concat(
				this.clients.entrySet()
					.stream()
					.map((client) -> DynamicTest.dynamicTest(client.getKey(),
							() -> client.getValue().get(LIMIT.toSeconds(), TimeUnit.SECONDS))),
				Stream.of(DynamicTest.dynamicTest("h2load, 100 streams on each of 4 connections", this::h2load),
						DynamicTest.dynamicTest("nobody was taken for a flood", this::nobodyWasCut)));
	}

	/**
	 * Six megabytes in 20 seconds: for some pictures nothing comes for longer than the
	 * deadline for writing, since the line is busy with others.
	 */
	@Test
	void aPageOverASlowLine() throws Exception {
		try (Http2Connection connection = connect()) {
			Set<Integer> open = new HashSet<>();
			for (int i = 0; i < STREAMS; i++) {
				open.add(connection.request((stream) -> Frames.getWithPriority(stream, "/large?kilobytes=64")));
			}
			long start = System.nanoTime();
			long read = 0;
			while (!open.isEmpty()) {
				Frame frame = connection.read();
				assertThat(frame.type()).as("%s after %d bytes", frame, read).isNotEqualTo(Frames.RST_STREAM);
				read += frame.payload().length;
				long ahead = start + read * 1_000_000_000 / SLOW_LINE - System.nanoTime();
				TimeUnit.NANOSECONDS.sleep(Math.max(0, ahead));
				if (frame.endsStream()) {
					open.remove(frame.stream());
				}
			}
			assertThat(read).isGreaterThan(STREAMS * 64 * 1024);
		}
	}

	private void client(String name, Action action) {
		this.clients.put(name, threads.submit(() -> {
			action.run();
			return null;
		}));
	}

	private Http2Connection connect() throws IOException {
		return Http2Connection.open(sample.httpsPort(), this.context, PATIENCE);
	}

	/**
	 * As a browser asks: priorities inside the header blocks, and a large window first.
	 */
	private void page() throws IOException {
		Http2Connection connection = connect();
		for (int round = 0; round < ROUNDS; round++) {
			if (connection.isOver()) {
				connection.close();
				connection = connect();
			}
			connection.send(Frames.windowUpdate(0, 15 * 1024 * 1024));
			Set<Integer> open = new HashSet<>();
			for (int i = 0; i < STREAMS; i++) {
				open.add(connection.request((stream) -> Frames.getWithPriority(stream, "/large?kilobytes=8")));
			}
			int ok = 0;
			while (!open.isEmpty()) {
				Frame frame = connection.read();
				assertThat(frame.type()).as(frame.toString()).isNotEqualTo(Frames.RST_STREAM);
				ok += frame.isOk() ? 1 : 0;
				if (frame.endsStream()) {
					open.remove(frame.stream());
				}
			}
			assertThat(ok).isEqualTo(STREAMS);
		}
		connection.close();
	}

	/**
	 * Older versions of Java's client give up what runs when the server says goodbye, so
	 * it does not come to that.
	 */
	private void pageOfJava() throws Exception {
		HttpClient client = client();
		client.send(request("/hello"), BodyHandlers.ofString());
		for (int round = 0; round < ROUNDS_OF_JAVA; round++) {
			List<CompletableFuture<HttpResponse<String>>> pictures = IntStream.range(0, STREAMS)
				.mapToObj((i) -> client.sendAsync(request("/hello"), BodyHandlers.ofString()))
				.toList();
			for (CompletableFuture<HttpResponse<String>> picture : pictures) {
				assertThat(picture.get(LIMIT.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("hello");
			}
		}
	}

	/**
	 * As gRPC does with keep-alive.
	 */
	private void keepAlive() throws Exception {
		try (Http2Connection connection = connect()) {
			int events = connection.request((stream) -> Frames.get(stream, "/events?every=500ms&count=20"));
			Future<Integer> pings = threads.submit(() -> {
				int sent = 0;
				for (; sent < 90; sent++) {
					connection.send(Frames.ping());
					TimeUnit.MILLISECONDS.sleep(100);
				}
				return sent;
			});
			int answered = 0;
			Frame frame = connection.read();
			for (; !(frame.stream() == events && frame.endsStream()); frame = connection.read()) {
				assertThat(frame.type()).as(frame.toString()).isNotIn(Frames.RST_STREAM, Frames.GOAWAY);
				answered += (frame.type() == Frames.PING) ? 1 : 0;
			}
			// The last may be sent when the events are over already.
			int sent = pings.get();
			while (answered < sent) {
				frame = connection.read();
				assertThat(frame.type()).as(frame.toString()).isNotIn(Frames.RST_STREAM, Frames.GOAWAY);
				answered += (frame.type() == Frames.PING) ? 1 : 0;
			}
			assertThat(connection.get("/hello").isOk()).isTrue();
		}
	}

	/**
	 * Half of them before the server has begun to answer, maybe, and half in the middle.
	 */
	private void scrolling() throws Exception {
		try (Http2Connection connection = connect()) {
			for (int i = 0; i < CANCELLED; i++) {
				int picture = connection.request((stream) -> Frames.get(stream, "/large?kilobytes=512"));
				if (i % 2 == 0) {
					Frame frame = connection.read();
					while (frame.stream() != picture) {
						frame = connection.read();
					}
				}
				connection.send(Frames.cancel(picture));
				TimeUnit.MILLISECONDS.sleep(1000 / CANCELLED_EACH_SECOND);
			}
			assertThat(connection.get("/hello").isOk()).isTrue();
			assertThat(connection.isOver()).isFalse();
		}
	}

	/**
	 * Two WINDOW_UPDATE for every DATA: thousands in a second, if both are fast.
	 */
	private void manyWindowUpdates() throws IOException {
		try (Http2Connection connection = connect()) {
			for (int i = 0; i < 3; i++) {
				Answer answer = connection.get("/large?kilobytes=" + MEGABYTES * 1024);
				assertThat(answer.body()).hasSize(MEGABYTES * 1024 * 1024);
			}
		}
	}

	private void smallWindowUpdates() throws Exception {
		try (Http2Connection connection = connect()) {
			int events = connection.request((stream) -> Frames.get(stream, "/events?every=1s&count=10"));
			Future<?> updates = threads.submit(() -> {
				for (int i = 0; i < 100; i++) {
					connection.send(Frames.windowUpdate(0, 1), Frames.windowUpdate(events, 1));
					TimeUnit.MILLISECONDS.sleep(80);
				}
				return null;
			});
			assertThat(connection.answer(events).isOk()).isTrue();
			updates.get();
			assertThat(connection.get("/hello").isOk()).isTrue();
		}
	}

	private void settings() throws Exception {
		try (Http2Connection connection = connect()) {
			for (int i = 0; i < 50; i++) {
				connection.send(Frames.settings());
				assertThat(connection.get("/hello").isOk()).isTrue();
				TimeUnit.MILLISECONDS.sleep(100);
			}
		}
	}

	private void tinyUpload() throws Exception {
		try (Http2Connection connection = connect()) {
			int length = 2000;
			int upload = connection.request((stream) -> Frames.post(stream, "/length", 10 * length));
			for (int i = 0; i < length; i++) {
				connection.send(Frames.data(upload, 10));
				TimeUnit.MILLISECONDS.sleep(5);
			}
			connection.send(Frames.endOfData(upload));
			assertThat(connection.answer(upload).body()).asString(StandardCharsets.ISO_8859_1)
				.isEqualTo(Integer.toString(10 * length));
		}
	}

	private void tinyUploadAtOnce() throws Exception {
		try (Http2Connection connection = connect()) {
			int upload = connection.request((stream) -> Frames.post(stream, "/length", 20_000));
			byte[][] parts = IntStream.range(0, 1000).mapToObj((i) -> Frames.data(upload, 20)).toArray(byte[][]::new);
			connection.send(parts);
			connection.send(Frames.endOfData(upload));
			assertThat(connection.answer(upload).body()).asString(StandardCharsets.ISO_8859_1).isEqualTo("20000");
		}
	}

	private void downloadOfJava() throws Exception {
		HttpResponse<byte[]> response = client().send(request("/large?kilobytes=" + MEGABYTES * 1024),
				BodyHandlers.ofByteArray());
		assertThat(response.version()).isEqualTo(Version.HTTP_2);
		assertThat(response.body()).hasSize(MEGABYTES * 1024 * 1024);
	}

	private void curl(String answer, String... arguments) {
		List<String> all = new ArrayList<>(List.of("-ksS", "--http2", "-H", "Content-Type: application/octet-stream"));
		all.addAll(List.of(arguments));
		Tool.Result result = Tool.find("curl").run(LIMIT, all.toArray(String[]::new));
		assertThat(result.output()).as(result.toString()).isEqualTo(answer);
	}

	private void nghttp() {
		for (String more : List.of("--multiply=100", "--window-bits=14")) {
			Tool.Result result = Tool.find("nghttp")
				.run(LIMIT, "--null-out", "--stat", "--no-verify-peer", more, url("/large?kilobytes=16"));
			assertThat(result.exitValue()).as(result.toString()).isZero();
			int expected = more.equals("--multiply=100") ? 100 : 1;
			assertThat(result.output().split(" 200  16K", -1)).as(result.toString()).hasSize(expected + 1);
		}
	}

	private void h2load() {
		Tool.Result result = Tool.find("h2load")
			.run(LIMIT, "--clients=4", "--max-concurrent-streams=100", "--duration=5", url("/hello"));
		Matcher requests = H2LOAD.matcher(result.output());
		assertThat(requests.find()).as(result.toString()).isTrue();
		assertThat(Integer.parseInt(requests.group(1))).as(result.toString()).isGreaterThan(STREAMS * 4);
		assertThat(requests.group(2)).as(result.toString()).isEqualTo("0");
		assertThat(requests.group(3)).as(result.toString()).isEqualTo("0");
	}

	private void nobodyWasCut() {
		Book since = Book.of(sample).since(before);
		assertThat(since.closed()).doesNotContainKeys("h2-flood", "bad-request", "read-timeout", "write-timeout",
				"header-timeout", "evicted");
	}

	private HttpClient client() {
		return HttpClient.newBuilder().sslContext(this.context).build();
	}

	private static HttpRequest request(String path) {
		return HttpRequest.newBuilder(URI.create(url(path))).timeout(LIMIT).build();
	}

	private static String url(String path) {
		return "https://localhost:%d%s".formatted(sample.httpsPort(), path);
	}

	@FunctionalInterface
	private interface Action {

		void run() throws Exception;

	}

}
