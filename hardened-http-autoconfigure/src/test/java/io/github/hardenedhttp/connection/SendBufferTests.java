package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the kernel takes for a client that reads nothing. It doubles what it is asked for.
 */
@EnabledOnOs(OS.LINUX)
class SendBufferTests {

	@ParameterizedTest
	@CsvSource({ "hardened.connection.send-buffer=256KB,100000,800000",
			"hardened.connection.send-buffer=0B,1000000,20000000",
			"server.undertow.options.socket.send-buffer=32768,10000,300000" })
	void aClientThatReadsNothingHoldsNoMoreThanThat(String property, long least, long most) {
		try (TestServer server = TestServer.start(property, "hardened.timeout.write=60s");
				SlowClient client = SlowClient.tls(server.port(), 4096)) {
			client.get("/large");
			GuardedConnection connection = server.bean(Guard.class).connections().get(0);
			assertThat(awaitStandstill(connection, least)).isBetween(least, most);
		}
	}

	private static long awaitStandstill(GuardedConnection connection, long least) {
		long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		long since = System.nanoTime();
		long written = 0;
		while (written < least || System.nanoTime() - since < Duration.ofSeconds(1).toNanos()) {
			assertThat(System.nanoTime()).as("no standstill after %d bytes", written).isLessThan(end);
			if (connection.bytesWritten() != written) {
				written = connection.bytesWritten();
				since = System.nanoTime();
			}
			LockSupport.parkNanos(5_000_000);
		}
		return written;
	}

}
