package io.github.hardenedhttp.connection;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionProtocol;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardMode;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * The meters {@code hardened.connections.*} and {@code hardened.requests.rejected}. All
 * that one scrape reads is of one moment, as long as it takes less than a tenth of a
 * second.
 */
final class ConnectionMetrics implements MeterBinder {

	private static final long MAX_AGE_NANOS = 100_000_000;

	/**
	 * What can be: a request shows the protocol, and an upgrade ends both.
	 */
	private static final Map<ConnectionProtocol, Set<ConnectionState>> KINDS = Map.of(ConnectionProtocol.NONE,
			EnumSet.of(ConnectionState.HANDSHAKE, ConnectionState.REQUEST_HEADER), ConnectionProtocol.HTTP_1_1,
			EnumSet.of(ConnectionState.REQUEST_HEADER, ConnectionState.ACTIVE, ConnectionState.IDLE),
			ConnectionProtocol.HTTP_2, EnumSet.of(ConnectionState.ACTIVE, ConnectionState.IDLE),
			ConnectionProtocol.UPGRADED, EnumSet.of(ConnectionState.UPGRADED));

	private final ServerBooks books;

	private final int max;

	private final GuardMode mode;

	private final LongSupplier nanoTime;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private volatile @Nullable Taken latest;

	ConnectionMetrics(ServerBooks books, int max, GuardMode mode, LongSupplier nanoTime) {
		this.books = books;
		this.max = max;
		this.mode = mode;
		this.nanoTime = nanoTime;
		books.whenListening((listener) -> this.registries.forEach((registry) -> bind(registry, listener)));
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("hardened.connections.max", () -> this.max)
			.baseUnit("connections")
			.description("How many connections the application's server may have")
			.register(registry);
		FunctionCounter.builder("hardened.connections.opened", this, (metrics) -> metrics.counts().opened())
			.baseUnit("connections")
			.description("Connections accepted, also those that were refused then")
			.register(registry);
		bind(registry, "hardened.connections.closed", "connections", "Connections closed, by whomever",
				ConnectionCounts::closed);
		bind(registry, "hardened.requests.rejected", "requests", "Requests cut or refused for their client's fault",
				ConnectionCounts::rejected);
		if (this.mode == GuardMode.OBSERVE) {
			bind(registry, "hardened.spared", "times", "Connections and requests that 'enforce' would have ended",
					ConnectionCounts::spared);
		}
		this.registries.add(registry);
		this.books.listeners().forEach((listener) -> bind(registry, listener));
	}

	private void bind(MeterRegistry registry, String name, String unit, String description,
			Function<ConnectionCounts, Map<CloseReason, Long>> counts) {
		for (CloseReason reason : CloseReason.values()) {
			FunctionCounter.builder(name, this, (metrics) -> counts.apply(metrics.counts()).getOrDefault(reason, 0L))
				.tag("reason", reason.tag())
				.baseUnit(unit)
				.description(description)
				.register(registry);
		}
	}

	private void bind(MeterRegistry registry, String listener) {
		KINDS.forEach((protocol, states) -> states.forEach((state) -> Gauge
			.builder("hardened.connections", this, (metrics) -> metrics.counts().count(listener, protocol, state))
			.tag("listener", listener)
			.tag("protocol", protocol.tag())
			.tag("state", state.tag())
			.baseUnit("connections")
			.description("Open connections, by what they do")
			.register(registry)));
	}

	private ConnectionCounts counts() {
		Taken latest = this.latest;
		long now = this.nanoTime.getAsLong();
		if (latest == null || now - latest.at() > MAX_AGE_NANOS) {
			latest = new Taken(this.books.counts(), now);
			this.latest = latest;
		}
		return latest.counts();
	}

	private record Taken(ConnectionCounts counts, long at) {

	}

}
