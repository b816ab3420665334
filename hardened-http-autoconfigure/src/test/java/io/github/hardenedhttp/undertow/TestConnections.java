package io.github.hardenedhttp.undertow;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections without a socket, for those who only keep books of them. They can do
 * everything but be ended.
 */
public final class TestConnections {

	private final AtomicInteger port = new AtomicInteger(1024);

	private final Guard guard = new Guard(System::nanoTime, GuardPolicies.NONE);

	private final ConnectionObserver observer;

	private final GuardedServerChannel server;

	@SuppressWarnings("NullAway") // it never accepts
	public TestConnections(String listener, boolean tls, ConnectionObserver observer) {
		this.observer = observer;
		this.server = new GuardedServerChannel(null, this.guard, listener, tls, () -> {
		});
	}

	@SuppressWarnings("NullAway") // it is never ended
	public GuardedConnection open(String client) {
		GuardedConnection connection = new GuardedConnection(null,
				new ConnectionKey(new InetSocketAddress("127.0.0.1", 443),
						new InetSocketAddress(client, this.port.getAndIncrement() % 65_536)),
				this.server, this.guard);
		connection.observedBy(List.of(this.observer.opened(connection)));
		return connection;
	}

	public static void request(GuardedConnection connection, boolean multiplexed) {
		connection.requestStarted(null, multiplexed);
	}

	public static void response(GuardedConnection connection, ConnectionState next) {
		connection.requestEnded(next);
	}

	public static void receive(GuardedConnection connection) {
		connection.read(1);
	}

	public static void spare(GuardedConnection connection, CloseReason reason) {
		connection.spare(reason);
	}

	public static void close(GuardedConnection connection) {
		connection.closed();
	}

}
