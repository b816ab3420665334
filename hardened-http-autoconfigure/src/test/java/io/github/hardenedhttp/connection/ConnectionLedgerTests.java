package io.github.hardenedhttp.connection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hardenedhttp.undertow.Client;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionLife;
import io.github.hardenedhttp.undertow.ConnectionProtocol;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.TestConnections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionLedgerTests {

	private final ConnectionLedger ledger = new ConnectionLedger();

	private final TestConnections https = new TestConnections("https", true, this.ledger);

	private final TestConnections http = new TestConnections("http", false, this.ledger);

	@Test
	void aLifeIsCountedFromStateToState() {
		GuardedConnection connection = this.https.open("192.0.2.1");
		assertThat(count("https", ConnectionProtocol.NONE, ConnectionState.HANDSHAKE)).isOne();
		connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		assertThat(count("https", ConnectionProtocol.NONE, ConnectionState.REQUEST_HEADER)).isOne();
		TestConnections.request(connection, false);
		assertThat(count("https", ConnectionProtocol.HTTP_1_1, ConnectionState.ACTIVE)).isOne();
		TestConnections.response(connection, ConnectionState.IDLE);
		assertThat(count("https", ConnectionProtocol.HTTP_1_1, ConnectionState.IDLE)).isOne();
		TestConnections.receive(connection);
		assertThat(count("https", ConnectionProtocol.HTTP_1_1, ConnectionState.REQUEST_HEADER)).isOne();
		TestConnections.request(connection, false);
		TestConnections.response(connection, ConnectionState.UPGRADED);
		assertThat(count("https", ConnectionProtocol.UPGRADED, ConnectionState.UPGRADED)).isOne();
		connection.endsBecause(CloseReason.CLIENT);
		TestConnections.close(connection);
		TestConnections.close(connection);
		assertThat(this.ledger.counts().kinds()).allSatisfy((kind) -> assertThat(kind.count()).isZero());
		assertThat(this.ledger.counts().closed()).containsEntry(CloseReason.CLIENT, 1L);
		assertThat(this.ledger.open()).isZero();
		assertThat(this.ledger.counts().opened()).isOne();
	}

	@Test
	void theOldestIdleConnectionGoesFirst() {
		GuardedConnection first = idle("192.0.2.1");
		GuardedConnection second = idle("192.0.2.2");
		GuardedConnection newcomer = this.https.open("192.0.2.3");
		assertThat(victim(newcomer)).isSameAs(first);
		assertThat(victim(newcomer)).isSameAs(second);
		assertThat(victim(newcomer)).isNull();
	}

	@Test
	void whoBeginsARequestAtThatMomentIsNotEnded() {
		List<ConnectionLedger.Victim> victims = new ArrayList<>();
		TestConnections connections = new TestConnections("https", true, (connection) -> {
			ConnectionLife inTheBook = this.ledger.opened(connection);
			return new ConnectionLife() {

				@Override
				public void changed(ConnectionState from, ConnectionState to) {
					if (from == ConnectionState.IDLE) {
						// The book does not know yet.
						victims.add(ConnectionLedgerTests.this.ledger.victim(null));
					}
					inTheBook.changed(from, to);
				}

				@Override
				public void closed(ConnectionState last) {
					inTheBook.closed(last);
				}

			};
		});
		GuardedConnection connection = connections.open("192.0.2.1");
		TestConnections.request(connection, false);
		TestConnections.response(connection, ConnectionState.IDLE);
		TestConnections.request(connection, false);
		assertThat(victims).singleElement()
			.satisfies((victim) -> assertThat(victim.state()).isNotEqualTo(connection.state()));
		assertThat(this.ledger.staying()).isOne();
	}

	@Test
	void aConnectionThatWasUsedAgainIsNotTheOldestAnyMore() {
		GuardedConnection first = idle("192.0.2.1");
		GuardedConnection second = idle("192.0.2.2");
		TestConnections.receive(first);
		TestConnections.request(first, false);
		TestConnections.response(first, ConnectionState.IDLE);
		assertThat(victim(this.https.open("192.0.2.3"))).isSameAs(second);
	}

	@Test
	void withoutAnIdleOneTheOldestOfTheHeaviestClientGoes() {
		this.https.open("192.0.2.1");
		GuardedConnection oldest = this.https.open("192.0.2.66");
		GuardedConnection next = this.https.open("192.0.2.66");
		next.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		active("192.0.2.66");
		GuardedConnection newcomer = this.https.open("192.0.2.2");
		assertThat(victim(newcomer)).isSameAs(oldest);
		assertThat(victim(newcomer)).isSameAs(next);
	}

	@Test
	void whoHasFinishedTheHandshakeKeepsItsPlaceInTheRow() {
		GuardedConnection first = this.https.open("192.0.2.66");
		this.https.open("192.0.2.66");
		first.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		assertThat(victim(this.https.open("192.0.2.2"))).isSameAs(first);
	}

	@Test
	void whoeverIsServedIsLeftAlone() {
		active("192.0.2.66");
		active("192.0.2.66");
		assertThat(victim(this.https.open("192.0.2.2"))).isNull();
	}

	@Test
	void whoeverKeepsTheServerWaitingAndHoldsMostGoes() {
		GuardedConnection honest = active("192.0.2.1");
		GuardedConnection first = active("192.0.2.66");
		GuardedConnection second = active("192.0.2.66");
		GuardedConnection handshake = this.https.open("192.0.2.2");
		honest.stalled(true);
		second.stalled(true);
		first.stalled(true);
		assertThat(victim(handshake)).isSameAs(second);
		assertThat(victim(handshake)).isSameAs(first);
		assertThat(this.ledger.staying()).isEqualTo(2);
	}

	@Test
	void whoeverIsServedAgainIsLeftAlone() {
		GuardedConnection moves = active("192.0.2.66");
		GuardedConnection ends = active("192.0.2.66");
		GuardedConnection begins = active("192.0.2.66");
		TestConnections.response(begins, ConnectionState.IDLE);
		TestConnections.request(begins, true);
		moves.stalled(true);
		ends.stalled(true);
		begins.stalled(true);
		moves.stalled(false);
		TestConnections.request(begins, true);
		TestConnections.response(ends, ConnectionState.IDLE);
		TestConnections.request(ends, false);
		assertThat(victim(null)).isNull();
	}

	@Test
	void whoMovesOnWhenItIsToldToGoIsCountedAgain() {
		active("192.0.2.66");
		GuardedConnection connection = active("192.0.2.66");
		connection.stalled(true);
		assertThat(victim(null)).isSameAs(connection);
		assertThat(this.ledger.staying()).isOne();
		connection.stalled(false);
		assertThat(this.ledger.staying()).isEqualTo(2);
		connection.stalled(true);
		assertThat(victim(null)).isSameAs(connection);
	}

	/**
	 * Of 200 a client with two holds a hundredth, and one with three more.
	 */
	@Test
	void whoeverHoldsAHundredthOfAllIsServedInPeace() {
		for (int client = 0; client < 198; client++) {
			active("192.0.2." + client);
		}
		active("198.51.100.1").stalled(true);
		active("198.51.100.1").stalled(true);
		assertThat(victim(null)).isNull();
		GuardedConnection third = active("198.51.100.1");
		third.stalled(true);
		assertThat(victim(null)).isNotNull();
	}

	@Test
	void whoeverHoldsASingleOneIsServedInPeaceHoweverFewThereAre() {
		active("192.0.2.1").stalled(true);
		GuardedConnection silent = this.https.open("192.0.2.2");
		assertThat(victim(null)).isSameAs(silent);
		assertThat(victim(null)).isNull();
	}

	@Test
	void aNewcomerOfTheHeaviestClientMakesNobodyElseGo() {
		active("192.0.2.66");
		active("192.0.2.66");
		this.https.open("192.0.2.1");
		assertThat(victim(this.https.open("192.0.2.66"))).isNull();
	}

	@Test
	void whoMovesOnWhileItIsToldToGoStays() {
		GuardedConnection connection = idle("192.0.2.1");
		GuardedConnection newcomer = this.https.open("192.0.2.2");
		assertThat(victim(newcomer)).isSameAs(connection);
		assertThat(this.ledger.staying()).isOne();
		TestConnections.receive(connection);
		assertThat(this.ledger.staying()).isEqualTo(2);
		TestConnections.request(connection, false);
		TestConnections.response(connection, ConnectionState.IDLE);
		assertThat(victim(newcomer)).isSameAs(connection);
	}

	/**
	 * Otherwise the same one would be spared for every newcomer, and be counted once.
	 */
	@Test
	void whoWouldHaveGoneIsCountedAsIfItHad() {
		GuardedConnection connection = idle("192.0.2.1");
		GuardedConnection newcomer = this.https.open("192.0.2.2");
		assertThat(victim(newcomer)).isSameAs(connection);
		TestConnections.spare(connection, CloseReason.EVICTED);
		TestConnections.receive(connection);
		TestConnections.request(connection, false);
		TestConnections.response(connection, ConnectionState.IDLE);
		assertThat(this.ledger.staying()).isOne();
		assertThat(victim(newcomer)).isNull();
		TestConnections.close(connection);
		assertThat(this.ledger.staying()).isOne();
		assertThat(count("https", ConnectionProtocol.NONE, ConnectionState.HANDSHAKE)).isOne();
	}

	@Test
	void whoIsThereWithoutANewcomerMayHaveToGo() {
		GuardedConnection connection = idle("192.0.2.1");
		assertThat(victim(null)).isSameAs(connection);
		assertThat(victim(null)).isNull();
	}

	@Test
	void theHeaviestClientsAreListed() {
		for (int number = 0; number < 3; number++) {
			this.https.open("2001:db8:1:2:3::" + number);
		}
		this.http.open("192.0.2.1");
		assertThat(this.ledger.heaviest(1).toString()).isEqualTo("[2001:db8:1:2::/64=3]");
		assertThat(this.ledger.heaviest(5)).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "192.0.2.1,192.0.2.1", "255.255.255.255,255.255.255.255", "::ffff:192.0.2.1,192.0.2.1",
			"2001:db8::1,2001:db8:0:0::/64", "fe80:1:2:fff3:4:5:6:7,fe80:1:2:fff3::/64" })
	void aClientIsAnAddressOrANetwork(String address, String client) throws UnknownHostException {
		assertThat(Client.of(InetAddress.getByName(address))).hasToString(client);
	}

	/**
	 * Thousands of lives on all threads, and somebody who looks all the time.
	 */
	@Test
	void theSumsHoldAtEveryMoment() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(5);
		AtomicBoolean over = new AtomicBoolean();
		try {
			Future<Integer> looks = threads.submit(() -> {
				int count = 0;
				for (; !over.get() || count == 0; count++) {
					assertSumsHold();
				}
				return count;
			});
			List<Future<?>> lives = new ArrayList<>();
			for (int thread = 0; thread < 4; thread++) {
				Random random = new Random(thread);
				lives.add(threads.submit(() -> live(random)));
			}
			for (Future<?> life : lives) {
				life.get();
			}
			over.set(true);
			assertThat(looks.get()).isPositive();
		}
		finally {
			over.set(true);
			threads.shutdown();
		}
		assertSumsHold();
		assertThat(this.ledger.open()).isZero();
		assertThat(this.ledger.staying()).isZero();
		assertThat(this.ledger.heaviest(1)).isEmpty();
		assertThat(victim(this.https.open("192.0.2.1"))).isNull();
	}

	private void live(Random random) {
		List<GuardedConnection> open = new ArrayList<>();
		for (int step = 0; step < 40_000; step++) {
			if (open.size() < 50) {
				open.add((random.nextBoolean() ? this.https : this.http).open("192.0.2." + random.nextInt(9)));
			}
			GuardedConnection connection = open.get(random.nextInt(open.size()));
			switch (random.nextInt(9)) {
				case 0, 1 -> connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
				case 2 -> TestConnections.request(connection, connection.isMultiplexed() || random.nextInt(4) == 0);
				case 3, 4 -> {
					if (connection.state() == ConnectionState.ACTIVE) {
						TestConnections.response(connection, connection.isMultiplexed() || random.nextInt(9) > 0
								? ConnectionState.IDLE : ConnectionState.UPGRADED);
					}
				}
				case 5 -> TestConnections.receive(connection);
				case 6 -> this.ledger.victim(random.nextBoolean() ? connection : null);
				case 7 -> connection.stalled(random.nextBoolean());
				default -> {
					open.remove(connection);
					connection.endsBecause(CloseReason.values()[random.nextInt(CloseReason.values().length)]);
					TestConnections.close(connection);
				}
			}
		}
		open.forEach(TestConnections::close);
	}

	private void assertSumsHold() {
		ConnectionCounts counts = this.ledger.counts();
		assertThat(counts.kinds()).allSatisfy((kind) -> assertThat(kind.count()).isNotNegative());
		assertThat(counts.kinds().stream().mapToInt(ConnectionCounts.Kind::count).sum()).isEqualTo(counts.open());
		assertThat(counts.opened() - counts.closed().values().stream().mapToLong(Long::longValue).sum())
			.isEqualTo(counts.open());
	}

	private GuardedConnection active(String client) {
		GuardedConnection connection = this.https.open(client);
		connection.handshakeFinished("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519");
		TestConnections.request(connection, false);
		return connection;
	}

	private GuardedConnection idle(String client) {
		GuardedConnection connection = active(client);
		TestConnections.response(connection, ConnectionState.IDLE);
		return connection;
	}

	private GuardedConnection victim(GuardedConnection newcomer) {
		ConnectionLedger.Victim victim = this.ledger.victim(newcomer);
		return (victim != null) ? victim.connection() : null;
	}

	private long count(String listener, ConnectionProtocol protocol, ConnectionState state) {
		assertSumsHold();
		Map<CloseReason, Long> closed = this.ledger.counts().closed();
		assertThat(closed).hasSize(CloseReason.values().length);
		return this.ledger.counts().count(listener, protocol, state);
	}

}
