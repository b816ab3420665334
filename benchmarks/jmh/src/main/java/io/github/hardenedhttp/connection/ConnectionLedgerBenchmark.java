package io.github.hardenedhttp.connection;

import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.TestConnections;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the guard does for each request and for each newcomer at the cap, with few
 * connections and with many.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConnectionLedgerBenchmark {

	@Param({ "10", "50000" })
	private int connections;

	private final ConnectionLedger ledger = new ConnectionLedger();

	private final TestConnections https = new TestConnections("https", true, this.ledger);

	private GuardedConnection busy;

	private int next;

	@Setup
	public void open() {
		for (int count = 0; count < this.connections; count++) {
			this.busy = idle();
		}
	}

	private GuardedConnection idle() {
		int client = this.next++;
		GuardedConnection connection = this.https
			.open("10." + (client >> 16 & 0xFF) + "." + (client >> 8 & 0xFF) + "." + (client & 0xFF));
		connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		request(connection);
		return connection;
	}

	private static void request(GuardedConnection connection) {
		TestConnections.receive(connection);
		TestConnections.request(connection, false);
		TestConnections.response(connection, ConnectionState.IDLE);
	}

	/**
	 * From the first byte of a request to the end of its response: three transitions.
	 */
	@Benchmark
	public void request() {
		request(this.busy);
	}

	/**
	 * A newcomer arrives, the oldest idle connection is found and goes.
	 * @return who went
	 */
	@Benchmark
	public GuardedConnection eviction() {
		this.busy = idle();
		GuardedConnection victim = this.ledger.victim(this.busy).connection();
		TestConnections.close(victim);
		return victim;
	}

}
