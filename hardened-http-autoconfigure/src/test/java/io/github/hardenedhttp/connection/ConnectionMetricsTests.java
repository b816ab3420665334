package io.github.hardenedhttp.connection;

import java.util.concurrent.atomic.AtomicLong;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.TestConnections;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionMetricsTests {

	private final ConnectionLedgers ledgers = new ConnectionLedgers();

	private final ConnectionLedger ledger = this.ledgers.add(new ConnectionLedger());

	private final TestConnections connections = new TestConnections("https", true, this.ledger);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AtomicLong now = new AtomicLong();

	@Test
	void openConnectionsAreGaugesOfEachListenerFromItsStartOn() {
		new ConnectionMetrics(this.ledgers, 10, GuardMode.ENFORCE, this.now::get).bindTo(this.registry);
		assertThat(this.registry.find("hardened.connections").gauges()).isEmpty();
		this.ledger.listening("https");
		this.ledger.listening("https");
		this.ledger.listening("redirect");
		assertThat(this.registry.get("hardened.connections").gauges()).hasSize(16);
		assertThat(gauge("none", "handshake")).isZero();
		GuardedConnection connection = this.connections.open("192.0.2.1");
		connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256");
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
		new ConnectionMetrics(this.ledgers, 10, GuardMode.ENFORCE, this.now::get).bindTo(this.registry);
		assertThat(this.registry.get("hardened.connections").tag("listener", "https").gauges()).hasSize(8);
	}

	@Test
	void whatOneScrapeReadsIsOfOneMoment() {
		this.ledger.listening("https");
		new ConnectionMetrics(this.ledgers, 10, GuardMode.ENFORCE, this.now::get).bindTo(this.registry);
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
		new ConnectionMetrics(this.ledgers, 10, GuardMode.OBSERVE, this.now::get).bindTo(this.registry);
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
