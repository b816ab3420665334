package io.github.hardenedhttp.tls;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.hardenedhttp.undertow.ConnectionLife;
import io.github.hardenedhttp.undertow.ConnectionObserver;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.HandshakeFailure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * The meters {@code hardened.tls.handshakes} and {@code hardened.tls.handshake.duration}.
 * <p>
 * What a client sends never becomes a tag: protocol, cipher suite and group are those the
 * server has chosen, and the reasons are an enum. Each set of tags is looked up in the
 * registry once; established connections cost nothing.
 */
final class HandshakeMetrics implements ConnectionObserver, PostQuantumShare {

	private static final String NONE = "none";

	private static final ConnectionLife NO_HANDSHAKE = new ConnectionLife() {
	};

	private final Supplier<MeterRegistry> registry;

	private final Map<Chosen, Success> successes = new ConcurrentHashMap<>();

	private final Map<HandshakeFailure, Counter> failures = new ConcurrentHashMap<>();

	/**
	 * Create the meters.
	 * @param registry asked with the first handshake: the guard that calls is made before
	 * the registry is complete
	 */
	HandshakeMetrics(Supplier<MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public ConnectionLife opened(GuardedConnection connection) {
		return connection.isTls() ? new Handshake(connection) : NO_HANDSHAKE;
	}

	@Override
	public OptionalDouble ofHandshakes() {
		double all = count((group) -> !group.equals(JdkTlsEngine.UNKNOWN));
		return (all > 0) ? OptionalDouble.of(count(NamedGroup.X25519MLKEM768.jdkName()::equals) / all)
				: OptionalDouble.empty();
	}

	private double count(Predicate<String> group) {
		return this.successes.entrySet()
			.stream()
			.filter((success) -> group.test(success.getKey().group()))
			.mapToDouble((success) -> success.getValue().count().count())
			.sum();
	}

	private void succeeded(Chosen chosen, Duration duration) {
		Success success = this.successes.computeIfAbsent(chosen, this::success);
		success.count().increment();
		success.duration().record(duration);
	}

	private void failed(HandshakeFailure failure) {
		this.failures
			.computeIfAbsent(failure, (reason) -> counter("failure", new Chosen(NONE, NONE, NONE), reason.tag()))
			.increment();
	}

	private Success success(Chosen chosen) {
		Timer duration = Timer.builder("hardened.tls.handshake.duration")
			.tag("protocol", chosen.protocol())
			.description("Time from accept to the end of a TLS handshake that succeeded")
			.register(this.registry.get());
		return new Success(counter("success", chosen, NONE), duration);
	}

	private Counter counter(String result, Chosen chosen, String reason) {
		// All tags on all counters: Prometheus knows no other way
		return Counter.builder("hardened.tls.handshakes")
			.tag("result", result)
			.tag("protocol", chosen.protocol())
			.tag("cipher.suite", chosen.cipherSuite())
			.tag("group", chosen.group())
			.tag("reason", reason)
			.baseUnit("handshakes")
			.description("Connections to TLS listeners, by how their handshake ended")
			.register(this.registry.get());
	}

	private record Chosen(String protocol, String cipherSuite, String group) {

	}

	private record Success(Counter count, Timer duration) {

	}

	/**
	 * Leaves the state {@link ConnectionState#HANDSHAKE} once, to the one side or the
	 * other.
	 */
	private final class Handshake implements ConnectionLife {

		private final GuardedConnection connection;

		Handshake(GuardedConnection connection) {
			this.connection = connection;
		}

		@Override
		public void changed(ConnectionState from, ConnectionState to) {
			if (from == ConnectionState.HANDSHAKE) {
				Chosen chosen = new Chosen(Objects.requireNonNullElse(this.connection.tlsProtocol(), NONE),
						Objects.requireNonNullElse(this.connection.cipherSuite(), NONE),
						Objects.requireNonNullElse(this.connection.namedGroup(), NONE));
				succeeded(chosen, Duration.ofNanos(this.connection.stateSince() - this.connection.openedAt()));
			}
		}

		@Override
		public void closed(ConnectionState last) {
			if (last == ConnectionState.HANDSHAKE) {
				failed(this.connection.handshakeFailure());
			}
		}

	}

}
