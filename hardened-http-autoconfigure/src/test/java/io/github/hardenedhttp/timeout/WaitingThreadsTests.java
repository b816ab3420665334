package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that wait for clients cost no descriptors: a selector of XNIO has two, one
 * would be opened for each thread, and stays open until the garbage collector finds it.
 */
@EnabledOnOs(OS.LINUX)
class WaitingThreadsTests {

	private static final int ATTACKERS = 20;

	@ParameterizedTest
	@CsvSource({ "POST, false", "POST, true", "GET, false", "GET, true" })
	void aWorkerOpensNoSelector(String method, boolean tls) throws IOException {
		holdThreads(method, tls, "server.undertow.threads.worker=60");
	}

	@ParameterizedTest
	@EnabledForJreRange(min = JRE.JAVA_25)
	@CsvSource({ "POST, false", "POST, true", "GET, false", "GET, true" })
	void aVirtualThreadOpensNoSelector(String method, boolean tls) throws IOException {
		holdThreads(method, tls, "spring.threads.virtual.enabled=true");
	}

	private void holdThreads(String method, boolean tls, String threads) throws IOException {
		try (TestServer server = TestServer.start(threads, "hardened.timeout.read=5s", "hardened.timeout.write=5s",
				"hardened.tls.enabled=" + tls)) {
			Deadlines deadlines = server.bean(Deadlines.class);
			long selectors = selectors();
			List<SlowClient> attackers = new ArrayList<>();
			try {
				// A thread looks up now and then, and does not block for that moment: on
				// a busy machine there may be none at which all do.
				Set<Object> blocked = new HashSet<>();
				for (int number = 0; number < ATTACKERS; number++) {
					SlowClient attacker = tls ? SlowClient.tls(server.port()) : SlowClient.connect(server.port());
					attackers.add(attacker);
					if (method.equals("POST")) {
						attacker.send("POST /hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n")
							.send(new byte[100_000]);
					}
					else {
						attacker.get("/large");
					}
					blocked.addAll(deadlines.blocking());
				}
				assertThat(DeadlineWireTests.await(Duration.ofSeconds(10), () -> {
					blocked.addAll(deadlines.blocking());
					return blocked.size() == ATTACKERS;
				})).as("All threads block").isTrue();
				// Those of clients of other tests may be closed meanwhile.
				assertThat(selectors()).isLessThanOrEqualTo(selectors);
				assertThat(DeadlineWireTests.await(Duration.ofSeconds(15), () -> deadlines.running() == 0))
					.as("All threads are free again")
					.isTrue();
			}
			finally {
				SlowClient.closeAll(attackers);
			}
		}
	}

	private static long selectors() throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.map(WaitingThreadsTests::target).filter("anon_inode:[eventpoll]"::equals).count();
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

}
