package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Ending;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With virtual threads there is no pool to fill; what is left is that no thread stays
 * with an attacker, and that nobody honest waits or is cut.
 */
@EnabledForJreRange(min = JRE.JAVA_25)
class VirtualThreadsTests {

	private static final int ATTACKERS = 100;

	@Test
	void noThreadIsKeptAndNobodyHonestWaits() {
		try (TestServer server = TestServer.start("spring.threads.virtual.enabled=true", "hardened.timeout.read=2s",
				"hardened.timeout.write=2s", "hardened.timeout.read-header=60s")) {
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
					assertThat(attacker.awaitEnding(Duration.ofSeconds(15))).isNotEqualTo(Ending.NONE);
				}
				assertThat(DeadlineWireTests.await(Duration.ofSeconds(15), () -> deadlines.running() == 0)).isTrue();
				try (SlowClient next = SlowClient.tls(server.port())) {
					assertThat(next.get("/hello").response().text()).isEqualTo("hello");
				}
			}
			finally {
				SlowClient.closeAll(attackers);
			}
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
