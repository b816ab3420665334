package io.github.hardenedhttp.connection;

import java.util.concurrent.atomic.AtomicLong;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardPolicies;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.ServerRole;
import io.github.hardenedhttp.undertow.TestConnections;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionMetricsTests {

	private final ConnectionLedger ledger = new ConnectionLedger();

	private final ServerBooks books = new ServerBooks();

	private final TestConnections connections = new TestConnections("https", true, this.ledger);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AtomicLong now = new AtomicLong();

	@BeforeEach
	void addBook() {
		add(ServerRole.APPLICATION, this.ledger);
	}

	private void add(ServerRole role, ConnectionLedger ledger) {
		Guard guard = new Guard(System::nanoTime, GuardPolicies.NONE);
		this.books.add(new ServerBook(role, () -> guard, ledger, new ConnectionLimits(ledger, GuardMode.ENFORCE,
				new ConnectionCap(10), 0, null, ConnectionDescriptors.SOCKET)));
	}

	@Test
	void theBooksOfTwoServersAreReadAsOne() {
		ConnectionLedger other = new ConnectionLedger();
		new ConnectionMetrics(this.books, 10, GuardMode.ENFORCE, this.now::get).bindTo(this.registry);
		add(ServerRole.MANAGEMENT, other);
		this.ledger.listening("https");
		other.listening("management");
		TestConnections others = new TestConnections("management", false, other);
		this.connections.open("192.0.2.1");
		others.open("192.0.2.1");
		TestConnections.close(others.open("192.0.2.2"));
		assertThat(sum()).isEqualTo(2);
		assertThat(this.registry.get("hardened.connections").tag("listener", "management").gauges())
			.extracting((gauge) -> gauge.value())
			.containsOnlyOnce(1.0);
		assertThat(counter("hardened.connections.opened", null)).isEqualTo(3);
		assertThat(counter("hardened.connections.closed", "server")).isOne();
	}

	@Test
	void openConnectionsAreGaugesOfEachListenerFromItsStartOn() {
		new ConnectionMetrics(this.books, 10, GuardMode.ENFORCE, this.now::get).bindTo(this.registry);
		assertThat(this.registry.find("hardened.connections").gauges()).isEmpty();
		this.ledger.listening("https");
		this.ledger.listening("https");
		this.ledger.listening("redirect");
		assertThat(this.registry.get("hardened.connections").gauges()).hasSize(16);
		assertThat(gauge("none", "handshake")).isZero();
		GuardedConnection connection = this.connections.open("192.0.2.1");
		connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		TestConnections.request(connection, true);
		later();
		assertThat(gauge("h2", "active")).isOne();
		TestConnections.response(connection, ConnectionState.IDLE);
		later();
		assertThat(gauge("h2", "active")).isZero();
		assertThat(gauge("h2", "idle")).isOne();
		assertThat(sum()).isOne();
	}

	@Test
	void aRegistryThatComesLaterHasAllListeners() {
		this.ledger.listening("https");
		new ConnectionMetrics(this.books, 10, GuardMode.ENFORCE, this.now::get).bindTo(this.registry);
		assertThat(this.registry.get("hardened.connections").tag("listener", "https").gauges()).hasSize(8);
	}

	@Test
	void whatOneScrapeReadsIsOfOneMoment() {
		this.ledger.listening("https");
		new ConnectionMetrics(this.books, 10, GuardMode.ENFORCE, this.now::get).bindTo(this.registry);
		assertThat(sum()).isZero();
		this.connections.open("192.0.2.1");
		assertThat(sum()).isZero();
		assertThat(counter("hardened.connections.opened", null)).isZero();
		later();
		assertThat(sum()).isOne();
		assertThat(counter("hardened.connections.opened", null)).isOne();
	}

	@Test
	void endsAreCountersOfEachReason() {
		new ConnectionMetrics(this.books, 10, GuardMode.OBSERVE, this.now::get).bindTo(this.registry);
		GuardedConnection connection = this.connections.open("192.0.2.1");
		connection.rejectsRequest(CloseReason.READ_TIMEOUT);
		connection.endsBecause(CloseReason.EVICTED);
		TestConnections.close(connection);
		assertThat(counter("hardened.connections.closed", "evicted")).isOne();
		assertThat(counter("hardened.connections.closed", "idle")).isZero();
		assertThat(counter("hardened.requests.rejected", "read-timeout")).isOne();
		assertThat(this.registry.get("hardened.spared").functionCounters()).hasSize(CloseReason.values().length);
		assertThat(this.registry.get("hardened.connections.max").gauge().value()).isEqualTo(10);
		assertThat(this.registry.getMeters()).extracting(Meter::getId)
			.allSatisfy((id) -> assertThat(id.getDescription()).isNotBlank());
	}

	private void later() {
		this.now.addAndGet(100_000_001);
	}

	private double gauge(String protocol, String state) {
		return this.registry.get("hardened.connections")
			.tags("listener", "https", "protocol", protocol, "state", state)
			.gauge()
			.value();
	}

	private double sum() {
		return this.registry.get("hardened.connections").gauges().stream().mapToDouble((gauge) -> gauge.value()).sum();
	}

	private double counter(String name, String reason) {
		return ((reason != null) ? this.registry.get(name).tag("reason", reason) : this.registry.get(name))
			.functionCounter()
			.count();
	}

}
