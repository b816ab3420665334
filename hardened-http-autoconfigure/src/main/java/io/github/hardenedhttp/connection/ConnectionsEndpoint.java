package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.ServerRole;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The actuator endpoint {@code connections}: what a read shows, and a write that closes
 * all connections that are idle, of all servers.
 */
@Endpoint(id = "connections")
final class ConnectionsEndpoint {

	private static final int TOP = 10;

	private final ServerBooks books;

	ConnectionsEndpoint(ServerBooks books) {
		this.books = books;
	}

	@ReadOperation
	ConnectionsDescriptor connections() {
		ConnectionsDescriptor management = this.books.of(ServerRole.MANAGEMENT)
			.map((book) -> describe(book, null))
			.orElse(null);
		return describe(this.books.of(ServerRole.APPLICATION).orElseThrow(), management);
	}

	private static ConnectionsDescriptor describe(ServerBook book, @Nullable ConnectionsDescriptor management) {
		ConnectionCounts counts = book.ledger().counts();
		Map<String, Integer> topClients = new LinkedHashMap<>();
		book.ledger().heaviest(TOP).forEach((held) -> topClients.put(held.getKey().toString(), held.getValue()));
		return new ConnectionsDescriptor(counts.open(), counts.opened(),
				new Cap(book.limits().max(), book.limits().origin()),
				counts.kinds().stream().filter((kind) -> kind.count() > 0).map(KindDescriptor::of).toList(),
				ages(book.guard().get()), topClients, byTag(counts.closed()), byTag(counts.rejected()),
				byTag(counts.spared()), management);
	}

	private static Map<String, Integer> ages(Guard guard) {
		long now = guard.now();
		Map<String, Integer> ages = new LinkedHashMap<>();
		for (Age age : Age.values()) {
			ages.put(age.text, 0);
		}
		for (GuardedConnection connection : guard.connections()) {
			ages.merge(Age.of(now - connection.openedAt()).text, 1, Integer::sum);
		}
		return ages;
	}

	private static Map<String, Long> byTag(Map<CloseReason, Long> counts) {
		Map<String, Long> byTag = new LinkedHashMap<>();
		counts.forEach((reason, count) -> {
			if (count > 0) {
				byTag.put(reason.tag(), count);
			}
		});
		return byTag;
	}

	@WriteOperation
	ClosedDescriptor closeIdle() {
		List<GuardedConnection> idle = this.books.all()
			.flatMap((book) -> book.guard().get().connections().stream())
			.filter((connection) -> connection.state() == ConnectionState.IDLE)
			.toList();
		idle.forEach((connection) -> connection.endIfStill(ConnectionState.IDLE, connection.stateSince(),
				CloseReason.SHUTDOWN));
		return new ClosedDescriptor(idle.size());
	}

	/**
	 * How old a connection is, roughly.
	 */
	private enum Age {

		SECOND("under 1s", Duration.ofSeconds(1)), TEN_SECONDS("under 10s", Duration.ofSeconds(10)),
		MINUTE("under 1m", Duration.ofMinutes(1)), TEN_MINUTES("under 10m", Duration.ofMinutes(10)),
		HOUR("under 1h", Duration.ofHours(1)), OLDER("1h or more", Duration.ofNanos(Long.MAX_VALUE));

		private final String text;

		private final long below;

		Age(String text, Duration below) {
			this.text = text;
			this.below = below.toNanos();
		}

		static Age of(long nanos) {
			for (Age age : values()) {
				if (nanos < age.below) {
					return age;
				}
			}
			return OLDER;
		}

	}

	/**
	 * What the endpoint answers.
	 *
	 * @param open how many are open
	 * @param opened how many were ever accepted
	 * @param max how many there may be
	 * @param kinds those that are open, by what they do
	 * @param ages those that are open, by how old they are
	 * @param topClients the clients that hold the most, an IPv6 client being a /64
	 * @param closed how many were closed, by the reason
	 * @param rejected requests cut or refused, by the reason
	 * @param spared what would have been ended in mode enforce, by the reason
	 * @param management the same for the management server, where it has a port of its
	 * own
	 */
	record ConnectionsDescriptor(int open, long opened, Cap max, List<KindDescriptor> kinds, Map<String, Integer> ages,
			Map<String, Integer> topClients, Map<String, Long> closed, Map<String, Long> rejected,
			Map<String, Long> spared, @Nullable ConnectionsDescriptor management) implements OperationResponseBody {

	}

	/**
	 * How many connections there may be, and who says so.
	 *
	 * @param connections the number
	 * @param origin where it comes from
	 */
	record Cap(int connections, String origin) {

	}

	/**
	 * Connections that are alike.
	 *
	 * @param listener who accepted them
	 * @param protocol what is spoken
	 * @param state what they do
	 * @param count how many there are
	 */
	record KindDescriptor(String listener, String protocol, String state, int count) {

		static KindDescriptor of(ConnectionCounts.Kind kind) {
			return new KindDescriptor(kind.listener(), kind.protocol().tag(), kind.state().tag(), kind.count());
		}

	}

	/**
	 * What was done.
	 *
	 * @param closed how many connections were told to close
	 */
	record ClosedDescriptor(int closed) implements OperationResponseBody {

	}

}
