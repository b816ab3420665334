package io.github.hardenedhttp.undertow;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GuardedConnectionTests {

	private final TestConnections connections = new TestConnections("https", true,
			(connection) -> new ConnectionLife() {
			});

	private final List<String> done = new ArrayList<>();

	@Test
	void whatIsHeldForAConnectionIsGivenBackOnceWhenItHasClosed() {
		GuardedConnection connection = this.connections.open("127.0.0.1");
		connection.whenClosed(() -> this.done.add("released in " + connection.state()));
		connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		assertThat(this.done).isEmpty();
		TestConnections.close(connection);
		TestConnections.close(connection);
		assertThat(this.done).containsExactly("released in CLOSED");
	}

	@Test
	void whatIsHeldForAConnectionThatHasClosedIsGivenBackAtOnce() {
		GuardedConnection connection = this.connections.open("127.0.0.1");
		TestConnections.close(connection);
		connection.whenClosed(() -> this.done.add("released"));
		assertThat(this.done).containsExactly("released");
	}

	@Test
	void theGroupIsKnownWithTheEndOfTheHandshake() {
		GuardedConnection connection = this.connections.open("127.0.0.1");
		assertThat(connection.namedGroup()).isNull();
		connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		assertThat(connection.namedGroup()).isEqualTo("x25519");
	}

}
