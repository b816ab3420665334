package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Ending;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With virtual threads there is no pool to fill; what is left is that no thread stays
 * with an attacker, and that nobody honest waits or is cut.
 */
@EnabledForJreRange(min = JRE.JAVA_25)
class VirtualThreadsTests {

	private static final int ATTACKERS = 100;

	private static final int FEW = 20;

	@Test
	void noThreadIsKeptAndNobodyHonestWaits() {
		try (TestServer server = TestServer.start("spring.threads.virtual.enabled=true", "hardened.timeout.read=2s",
				"hardened.timeout.write=2s")) {
			List<SlowClient> attackers = new ArrayList<>();
			try (SlowClient slow = SlowClient.tls(server.port())) {
				for (int number = 0; number < ATTACKERS; number++) {
					attackers.add(SlowClient.tls(server.port())
						.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n")
						.send(new byte[100_000]));
				}
				Deadlines deadlines = server.bean(Deadlines.class);
				DeadlineWireTests.await(Duration.ofSeconds(8), () -> !deadlines.blocking().isEmpty());
				slow.drip("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n" + "x".repeat(20),
						Duration.ofMillis(20));
				assertThat(slow.response().status()).isEqualTo(200);
				for (SlowClient attacker : attackers) {
					assertThat(attacker.awaitEnding(Duration.ofSeconds(8))).isNotEqualTo(Ending.NONE);
				}
				DeadlineWireTests.await(Duration.ofSeconds(8), () -> deadlines.running() == 0);
				assertThat(deadlines.running()).isZero();
				try (SlowClient next = SlowClient.tls(server.port())) {
					assertThat(next.get("/hello").response().text()).isEqualTo("hello");
				}
			}
			finally {
				SlowClient.closeAll(attackers);
			}
		}
	}

	/**
	 * A selector has two descriptors, and would stay open until the garbage collector
	 * finds it.
	 * @param request what is sent, after which nothing is sent or read
	 * @throws IOException if the test fails
	 */
	@ParameterizedTest
	@EnabledOnOs(OS.LINUX)
	@CsvSource({ "POST /hash HTTP/1.1, false", "POST /hash HTTP/1.1, true", "GET /large HTTP/1.1, false",
			"GET /large HTTP/1.1, true" })
	void noThreadThatWaitsOpensASelector(String request, boolean tls) throws IOException {
		try (TestServer server = TestServer.start("spring.threads.virtual.enabled=true", "hardened.timeout.read=3s",
				"hardened.timeout.write=3s", "hardened.tls.enabled=" + tls)) {
			Deadlines deadlines = server.bean(Deadlines.class);
			long selectors = selectors();
			List<SlowClient> attackers = new ArrayList<>();
			try {
				for (int number = 0; number < FEW; number++) {
					attackers.add((tls ? SlowClient.tls(server.port()) : SlowClient.connect(server.port()))
						.send(request + "\r\nHost: localhost\r\n")
						.send(request.startsWith("POST") ? "Content-Length: 200000\r\n\r\n" : "\r\n")
						.send(new byte[request.startsWith("POST") ? 100_000 : 0]));
				}
				DeadlineWireTests.await(Duration.ofSeconds(8), () -> deadlines.blocking().size() == FEW);
				assertThat(deadlines.blocking()).hasSize(FEW);
				// Those of clients of other tests may be closed meanwhile.
				assertThat(selectors()).isLessThanOrEqualTo(selectors);
				DeadlineWireTests.await(Duration.ofSeconds(8), () -> deadlines.running() == 0);
				assertThat(deadlines.running()).isZero();
			}
			finally {
				SlowClient.closeAll(attackers);
			}
		}
	}

	private static long selectors() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.map(VirtualThreadsTests::target).filter("anon_inode:[eventpoll]"::equals).count();
		}
	}

	private static String target(Path descriptor) {
		try {
			return Files.readSymbolicLink(descriptor).toString();
		}
		catch (IOException ex) {
			return "closed";
		}
	}

	@Test
	void theRequestRunsOnAVirtualThread() {
		try (TestServer server = TestServer.start("spring.threads.virtual.enabled=true");
				SlowClient client = SlowClient.tls(server.port())) {
			assertThat(client.get("/thread").response().text()).isEqualTo("virtual");
		}
	}

}
