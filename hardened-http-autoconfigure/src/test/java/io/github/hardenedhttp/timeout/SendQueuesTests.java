package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SendQueuesTests {

	private static final String HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";

	private static final String IPV4 = HEADING
			+ "   0: 0100007F:20FB 0100007F:D431 01 000004D2:00000000 01:00000014 00000000     0        0 4711 1\n"
			+ "  10: 0A01A8C0:20FB 017100CB:0050 01 FFFFFFFF:00000001 00:00000000 00000000     0        0 4712 1\n";

	private static final String IPV6 = HEADING
			+ "   0: B80D0120000000000000000001000000:20FB B80D0120000000000000000002000000:D431 01 00000007:00000000 x\n"
			+ "   1: 0000000000000000FFFF00000100007F:20FB 0000000000000000FFFF00000100007F:D432 01 00000008:00000000 x\n";

	@TempDir
	private Path directory;

	private SendQueues queues;

	@BeforeEach
	void write() throws IOException {
		Files.writeString(this.directory.resolve("tcp"), IPV4);
		Files.writeString(this.directory.resolve("tcp6"), IPV6);
		this.queues = new SendQueues(Duration.ofSeconds(10),
				List.of(this.directory.resolve("tcp"), this.directory.resolve("tcp6")));
	}

	@Test
	void readsIpv4() throws UnknownHostException {
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(1234);
		assertThat(unsent("192.168.1.10", 8443, "203.0.113.1", 80)).isEqualTo(4_294_967_295L);
	}

	@Test
	void readsIpv6() throws UnknownHostException {
		assertThat(unsent("2001:db8::1", 8443, "2001:db8::2", 54_321)).isEqualTo(7);
	}

	@Test
	void readsIpv4OnSocketsOfIpv6() throws UnknownHostException {
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_322)).isEqualTo(8);
	}

	@Test
	void whatIsNotThereIsNotKnown() throws UnknownHostException {
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 1)).isEqualTo(-1);
	}

	@Test
	void elsewhereNothingIsKnown() throws UnknownHostException {
		this.queues = new SendQueues(Duration.ofSeconds(10), List.of(this.directory.resolve("missing")));
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(-1);
	}

	@Test
	void aLineItCannotReadHidesNoOther() throws IOException {
		Files.writeString(this.directory.resolve("tcp"), IPV4.replace("   0:", "odd\n   0:"));
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(1234);
	}

	@Test
	void theTableIsReadAgainAfterASecond() throws IOException {
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(1234);
		Files.writeString(this.directory.resolve("tcp"), IPV4.replace("000004D2", "00000001"));
		assertThat(this.queues.isFresh()).isTrue();
		this.queues.at(999_999_999);
		assertThat(this.queues.isFresh()).isFalse();
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(1234);
		this.queues.at(1_000_000_000);
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(1);
	}

	@Test
	void theTableIsReadTenTimesInAShortDeadline() throws IOException {
		this.queues = new SendQueues(Duration.ofSeconds(1), List.of(this.directory.resolve("tcp")));
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(1234);
		Files.writeString(this.directory.resolve("tcp"), IPV4.replace("000004D2", "00000001"));
		this.queues.at(100_000_000);
		assertThat(unsent("127.0.0.1", 8443, "127.0.0.1", 54_321)).isEqualTo(1);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void knowsWhatAClientHasNotTaken() {
		try (TestServer server = TestServer.start("hardened.timeout.write=60s");
				SlowClient client = SlowClient.tls(server.port(), 4096)) {
			client.get("/large");
			SendQueues live = new SendQueues(Duration.ofMillis(10));
			GuardedConnection connection = server.bean(Guard.class).connections().get(0);
			// What the kernel has taken is counted a moment later.
			boolean found = DeadlineWireTests.await(Duration.ofSeconds(15), () -> {
				live.at(System.nanoTime());
				long unsent = live.unsent(connection);
				return unsent > 10_000 && unsent <= connection.bytesWritten();
			});
			assertThat(found).as("%d of %d", live.unsent(connection), connection.bytesWritten()).isTrue();
		}
	}

	private long unsent(String local, int localPort, String peer, int peerPort) throws UnknownHostException {
		return this.queues.unsent(new InetSocketAddress(InetAddress.getByName(local), localPort),
				new InetSocketAddress(InetAddress.getByName(peer), peerPort));
	}

}
