package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that has much to say on a connection that was upgraded, and clients that
 * do not listen.
 */
@OnOneJava
class UpgradedConnectionTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final String UPGRADE = "GET /flood HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
			+ "Upgrade: flood\r\n\r\n";

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aClientThatSendsAndNeverReadsIsCut(boolean tls) {
		try (TestServer server = start(tls, "hardened.timeout.write=1s"); SlowClient client = connect(server, tls)) {
			GuardedConnection connection = upgraded(server, client);
			client.drip("x".repeat(1000), Duration.ofMillis(200));
			assertThat(DeadlineWireTests.await(SOON, connection::isFull)).isTrue();
			assertThat(DeadlineWireTests.await(SOON, () -> connection.state() == ConnectionState.CLOSED)).isTrue();
			assertThat(connection.closeReason()).isEqualTo(CloseReason.WRITE_TIMEOUT);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aClientThatReadsSlowlyAndPausesIsNotCut(boolean tls) throws IOException {
		try (TestServer server = start(tls, "hardened.timeout.write=2s"); SlowClient client = connect(server, tls)) {
			GuardedConnection connection = upgraded(server, client);
			assertThat(DeadlineWireTests.await(SOON, connection::isFull)).isTrue();
			long start = System.nanoTime();
			while (System.nanoTime() - start < Duration.ofSeconds(5).toNanos()) {
				read(client, 4000);
				pause(40);
			}
			for (int time = 0; time < 3; time++) {
				pause(1000);
				read(client, 400_000);
			}
			assertThat(connection.closeReason()).isNull();
			assertThat(connection.state()).isEqualTo(ConnectionState.UPGRADED);
		}
	}

	private static TestServer start(boolean tls, String property) {
		return TestServer.startWith(List.of(FloodController.class), property, "hardened.tls.enabled=" + tls);
	}

	private static SlowClient connect(TestServer server, boolean tls) {
		return tls ? SlowClient.tls(server.port(), 4096) : SlowClient.connect(server.port(), 4096);
	}

	private static GuardedConnection upgraded(TestServer server, SlowClient client) {
		assertThat(client.send(UPGRADE).response().status()).isEqualTo(101);
		GuardedConnection connection = server.bean(Guard.class).connections().iterator().next();
		assertThat(DeadlineWireTests.await(SOON, () -> connection.state() == ConnectionState.UPGRADED)).isTrue();
		return connection;
	}

	private static void read(SlowClient client, int count) throws IOException {
		byte[] bytes = new byte[4000];
		for (int left = count; left > 0;) {
			int read = client.read(bytes);
			assertThat(read).isPositive();
			left -= read;
		}
	}

	private static void pause(long millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	@RestController
	static class FloodController {

		@GetMapping("/flood")
		void flood(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
			response.setHeader("Upgrade", "flood");
			request.upgrade(Flood.class);
		}

	}

	/**
	 * Writes until nobody is there, and listens meanwhile.
	 */
	public static final class Flood implements HttpUpgradeHandler {

		@Override
		public void init(WebConnection connection) {
			try {
				OutputStream out = connection.getOutputStream();
				start(() -> {
					byte[] block = new byte[16_384];
					while (true) {
						out.write(block);
						out.flush();
					}
				});
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private static void start(Writer writer) {
			Thread thread = new Thread(() -> {
				try {
					writer.write();
				}
				catch (Exception ex) {
					// The client has left.
				}
			}, "flood");
			thread.setDaemon(true);
			thread.start();
		}

		@Override
		public void destroy() {
		}

		private interface Writer {

			void write() throws Exception;

		}

	}

}
