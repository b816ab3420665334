package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.xnio.Options;
import org.xnio.XnioWorker;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.embedded.undertow.UndertowWebServer;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class GuardWorkerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Test
	void noThreadIsLeftWhenTheContextIsClosed() throws Exception {
		try (TestServer server = TestServer.start(); TestClient client = TestClient.tls(server.port())) {
			assertThat(client.get("/hello")).endsWith("hello");
			assertThat(threads("XNIO-")).isNotEmpty();
			server.context().close();
			awaitNoThread();
		}
	}

	@Test
	void aStoppedContextServesAgainWhenItIsStarted() throws Exception {
		// After a graceful stop Boot's own handler answers 503 for ever, without us too.
		try (TestServer server = TestServer.start("server.shutdown=immediate")) {
			Guard guard = server.bean(Guard.class);
			for (int i = 0; i < 3; i++) {
				try (TestClient client = TestClient.tls(server.port())) {
					assertThat(client.get("/hello")).endsWith("hello");
					assertThat(guard.connections()).hasSize(1);
					server.context().stop();
					client.readToEnd();
				}
				awaitNoThread();
				assertThat(guard.connections()).isEmpty();
				server.context().start();
			}
			try (TestClient client = TestClient.tls(server.port())) {
				assertThat(client.get("/hello")).endsWith("hello");
			}
		}
		awaitNoThread();
	}

	@Test
	void aContextCanFollowAnotherInTheSameProcess() throws Exception {
		for (int i = 0; i < 2; i++) {
			try (TestServer server = TestServer.start(); TestClient client = TestClient.tls(server.port())) {
				assertThat(client.get("/hello")).endsWith("hello");
			}
			awaitNoThread();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aPortInUseIsReportedByBootAndLeavesNothingBehind(CapturedOutput output) throws Exception {
		TestServer.start().close();
		awaitNoThread();
		try (ServerSocket occupied = new ServerSocket(0)) {
			String inUse = "server.port=" + occupied.getLocalPort();
			assertThatException().isThrownBy(() -> TestServer.start(inUse));
			awaitNoThread();
			long socketsBefore = openSockets();
			assertThatException().isThrownBy(() -> TestServer.start(inUse));
			awaitNoThread();
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(openSockets()).isLessThanOrEqualTo(socketsBefore));
			assertThat(output)
				.contains("Web server failed to start. Port %d was already in use.".formatted(occupied.getLocalPort()));
		}
	}

	@Test
	void theNumbersOfThreadsAreThoseOfTheProperties() throws Exception {
		try (TestServer server = TestServer.start("server.undertow.threads.io=3", "server.undertow.threads.worker=5")) {
			awaitIoThreads(3);
			assertThat(workerThreads(server)).isEqualTo(5);
		}
	}

	@Test
	void theNumbersOfThreadsAreUndertowsUnlessTheyAreSet() throws Exception {
		int ioThreads = Math.max(Runtime.getRuntime().availableProcessors(), 2);
		try (TestServer server = TestServer.start()) {
			awaitIoThreads(ioThreads);
			assertThat(workerThreads(server)).isEqualTo(ioThreads * 8);
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void asManyMayWaitToBeAcceptedAsTheKernelAllows() throws Exception {
		// Not readString: such a file is there for one read only.
		int most = Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/net/core/somaxconn")).get(0));
		try (TestServer server = TestServer.start()) {
			assertThat(backlog(server.port())).isEqualTo(Math.min(BacklogCustomizer.BACKLOG, most));
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void fewerMayWaitIfTheUserSaysSo() throws Exception {
		try (TestServer server = TestServer.start("server.undertow.options.socket.backlog=50")) {
			assertThat(backlog(server.port())).isEqualTo(50);
		}
	}

	// Only the kernel knows, and tells it by netlink: 'ss' is part of every Linux.
	private static int backlog(int port) throws IOException {
		Process ss = new ProcessBuilder("ss", "-Hltn", "sport = :" + port).start();
		String listening = new String(ss.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		return Integer.parseInt(listening.strip().split("\\s+")[2]);
	}

	private static int workerThreads(TestServer server) throws IOException {
		XnioWorker worker = ((UndertowWebServer) ((ServletWebServerApplicationContext) server.context()).getWebServer())
			.getUndertow()
			.getWorker();
		assertThat(worker).isInstanceOf(GuardWorker.class);
		assertThat(worker.getOption(Options.WORKER_TASK_CORE_THREADS))
			.isEqualTo(worker.getOption(Options.WORKER_TASK_MAX_THREADS));
		return worker.getOption(Options.WORKER_TASK_MAX_THREADS);
	}

	private static long openSockets() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.filter((descriptor) -> {
				try {
					return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
				}
				catch (IOException ex) {
					return false;
				}
			}).count();
		}
	}

	private static void awaitNoThread() {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads("XNIO-")).isEmpty());
	}

	/**
	 * Those of the server before may still be ending.
	 */
	private static void awaitIoThreads(int count) {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads("I/O-")).hasSize(count));
	}

	private static List<String> threads(String part) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("XNIO-") && name.contains(part))
			.toList();
	}

}
