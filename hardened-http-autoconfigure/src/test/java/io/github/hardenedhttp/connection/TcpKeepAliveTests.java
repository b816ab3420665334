package io.github.hardenedhttp.connection;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the kernel itself says of the timer of an accepted socket.
 */
@EnabledOnOs(OS.LINUX)
class TcpKeepAliveTests {

	private static final String KEEP_ALIVE_TIMER = "02";

	@ParameterizedTest
	@ValueSource(strings = { "hardened.tls.enabled=true", "hardened.tls.enabled=false" })
	void acceptedSocketsHaveTheTimerThatIsConfigured(String tls) throws Exception {
		try (TestServer server = TestServer.start(tls, "hardened.connection.tcp-keep-alive.idle=100s");
				Socket client = new Socket("127.0.0.1", server.port())) {
			assertThat(secondsUntilProbe(server.port(), client.getLocalPort())).isBetween(90L, 100L);
		}
	}

	@Test
	void theRedirectListenersSocketsHaveItToo() throws Exception {
		try (TestServer server = TestServer.start("hardened.redirect.port=0")) {
			int port = server.context().getEnvironment().getRequiredProperty("local.redirect.port", Integer.class);
			try (Socket client = new Socket("127.0.0.1", port)) {
				assertThat(secondsUntilProbe(port, client.getLocalPort())).isBetween(5L, 15L);
			}
		}
	}

	private static long secondsUntilProbe(int serverPort, int clientPort) throws IOException, InterruptedException {
		String ends = "^\\s*\\d+: [0-9A-F]+:%04X [0-9A-F]+:%04X 01 .*".formatted(serverPort, clientPort);
		// The timer starts when the server has accepted
		for (int attempt = 0; attempt < 1000; attempt++) {
			List<String> timers = Stream.concat(lines("/proc/net/tcp"), lines("/proc/net/tcp6"))
				.filter((line) -> line.matches(ends))
				.map((line) -> line.trim().split("\\s+")[5])
				.filter((timer) -> timer.startsWith(KEEP_ALIVE_TIMER))
				.toList();
			if (!timers.isEmpty()) {
				// In hundredths of a second, whatever the kernel's own clock is.
				return Long.parseLong(timers.get(0).substring(3), 16) / 100;
			}
			Thread.sleep(20);
		}
		throw new AssertionError("no keep-alive timer");
	}

	private static Stream<String> lines(String table) throws IOException {
		return Files.readAllLines(Path.of(table)).stream();
	}

}
