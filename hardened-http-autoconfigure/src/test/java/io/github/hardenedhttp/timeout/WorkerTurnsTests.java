package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.undertow.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 16 workers: 8 are half of them, and 2 an eighth.
 */
class WorkerTurnsTests {

	private static final int WORKERS = 16;

	private final WorkerPool pool = new WorkerPool("test", WORKERS, 0);

	private final DelayedRequests delayed = new DelayedRequests();

	private final CountDownLatch end = new CountDownLatch(1);

	private final List<FakeTurn> begun = new ArrayList<>();

	private long now = Long.MAX_VALUE - 10;

	private final WorkerTurns turns = new WorkerTurns(this.pool, 5, 1000, this.delayed, () -> this.now);

	@AfterEach
	void end() {
		this.end.countDown();
		this.pool.destroy();
	}

	@Test
	void whoeverAsksAloneNeverWaits() {
		busy(WORKERS);
		for (int request = 0; request < 100; request++) {
			assertThat(goesAtOnce(new FakeTurn(1))).isTrue();
		}
		assertThat(this.delayed.count()).isZero();
	}

	@Test
	void halfOfTheWorkersMayBeWithSlowClients() {
		othersAsk();
		for (int request = 0; request < 8; request++) {
			assertThat(goesAtOnce(new FakeTurn(request))).isTrue();
		}
		assertThat(goesAtOnce(new FakeTurn(8))).isFalse();
		assertThat(this.delayed.count()).isOne();
	}

	@Test
	void whileHalfOfTheWorkersAreTakenAnEighthMayBeWithSlowClients() {
		busy(8);
		othersAsk();
		assertThat(goesAtOnce(new FakeTurn(1))).isTrue();
		assertThat(goesAtOnce(new FakeTurn(1))).isTrue();
		assertThat(goesAtOnce(new FakeTurn(1))).isFalse();
	}

	@Test
	void aTurnThatEndsIsTheNextOnes() {
		FakeTurn first = fill();
		FakeTurn second = waiting(1);
		this.turns.end(first);
		assertThat(this.begun).containsExactly(second);
		assertThat(this.turns.waiting()).isZero();
	}

	@Test
	void aTurnIsOverWhenTheWorkerIsBack() {
		FakeTurn first = fill();
		FakeTurn second = waiting(1);
		look();
		assertThat(this.begun).isEmpty();
		first.over = true;
		look();
		assertThat(this.begun).containsExactly(second);
		this.turns.end(first);
		this.turns.end(second);
		assertThat(goesAtOnce(new FakeTurn(1))).isTrue();
		assertThat(goesAtOnce(new FakeTurn(1))).isFalse();
	}

	@Test
	void everybodyGoesWhenNobodyElseHasAskedForASecond() {
		fill();
		FakeTurn second = waiting(1);
		FakeTurn third = waiting(2);
		later(999);
		look();
		assertThat(this.begun).isEmpty();
		later(1);
		look();
		assertThat(this.begun).containsExactly(second, third);
	}

	@Test
	void nobodyOvertakes() {
		FakeTurn first = fill();
		FakeTurn second = waiting(1);
		later(2000);
		FakeTurn third = new FakeTurn(2);
		assertThat(this.turns.goesAtOnce(third)).isFalse();
		this.turns.await(third);
		assertThat(this.begun).containsExactly(second, third);
		assertThat(first.evicted).isFalse();
	}

	@Test
	void clientsTakeTurnsWhoeverOfThemAsksMost() {
		FakeTurn running = fill();
		List<FakeTurn> ofOne = List.of(waiting(1), waiting(1), waiting(1));
		FakeTurn ofAnother = waiting(2);
		for (int turn = 0; turn < 4; turn++) {
			this.turns.end(running);
			running = this.begun.get(turn);
		}
		assertThat(this.begun).containsExactly(ofOne.get(0), ofAnother, ofOne.get(1), ofOne.get(2));
	}

	@Test
	void whoeverIsASecondBehindHasHadItsTurn() {
		FakeTurn first = fill();
		first.behind = Duration.ofSeconds(1).toNanos();
		look();
		assertThat(first.evicted).isFalse();
		FakeTurn second = waiting(1);
		first.behind--;
		look();
		assertThat(first.evicted).isFalse();
		first.behind++;
		look();
		assertThat(first.evicted).isTrue();
		assertThat(second.evicted).isFalse();
	}

	@Test
	void noMoreGiveWayThanWait() {
		othersAsk();
		List<FakeTurn> running = new ArrayList<>();
		for (int client = 0; client < 8; client++) {
			FakeTurn turn = new FakeTurn(client);
			assertThat(goesAtOnce(turn)).isTrue();
			turn.behind = Duration.ofSeconds(2).toNanos();
			running.add(turn);
		}
		waiting(9);
		look();
		assertThat(running).filteredOn((turn) -> turn.evicted).hasSize(1);
	}

	@Test
	void whoeverLeavesMakesRoom() {
		FakeTurn first = fill();
		FakeTurn gone = waiting(1);
		FakeTurn next = waiting(1);
		this.turns.end(gone);
		assertThat(this.turns.waiting()).isOne();
		this.turns.end(first);
		assertThat(this.begun).containsExactly(next);
	}

	@Test
	void whenTooManyWaitWhoeverWaitsMostLosesItsLatest() {
		fill();
		FakeTurn alone = waiting(1);
		List<FakeTurn> many = List.of(waiting(2), waiting(2), waiting(2));
		FakeTurn other = waiting(3);
		assertThat(many).noneMatch((turn) -> turn.evicted);
		FakeTurn another = waiting(3);
		assertThat(many).extracting((turn) -> turn.evicted).containsExactly(false, false, true);
		assertThat(List.of(alone, other, another)).noneMatch((turn) -> turn.evicted);
		assertThat(this.turns.waiting()).isEqualTo(5);
	}

	@Test
	void whatWaitsHasALimitInMemoryToo() {
		fill();
		FakeTurn small = waiting(1);
		FakeTurn large = new FakeTurn(2, 900);
		assertThat(goesAtOnce(large)).isFalse();
		assertThat(large.evicted).isFalse();
		FakeTurn larger = new FakeTurn(2, 600);
		assertThat(goesAtOnce(larger)).isFalse();
		assertThat(larger.evicted).isTrue();
		assertThat(small.evicted).isFalse();
		this.turns.end(large);
		FakeTurn again = new FakeTurn(2, 900);
		assertThat(goesAtOnce(again)).isFalse();
		assertThat(again.evicted).isFalse();
	}

	@Test
	void ofClientsWithEquallyManyTheLastLosesAndTheFirstKeepsItsTurn() {
		fill();
		List<FakeTurn> early = List.of(waiting(1), waiting(2), waiting(3), waiting(4), waiting(5));
		FakeTurn late = waiting(6);
		assertThat(late.evicted).isTrue();
		assertThat(early).noneMatch((turn) -> turn.evicted);
	}

	@Test
	void asManyLoseAsAreNeededToHaveRoom() {
		fill();
		FakeTurn first = new FakeTurn(1, 10);
		FakeTurn second = new FakeTurn(1, 10);
		FakeTurn other = new FakeTurn(2, 990);
		assertThat(goesAtOnce(first)).isFalse();
		assertThat(goesAtOnce(second)).isFalse();
		assertThat(goesAtOnce(other)).isFalse();
		assertThat(second.evicted).isTrue();
		assertThat(List.of(first, other)).noneMatch((turn) -> turn.evicted);
		FakeTurn large = new FakeTurn(2, 1000);
		assertThat(goesAtOnce(large)).isFalse();
		assertThat(large.evicted).isTrue();
		assertThat(this.turns.waiting()).isEqualTo(2);
	}

	/**
	 * Others ask, half of the workers are taken, and an eighth is with slow clients.
	 * @return one of those
	 */
	private FakeTurn fill() {
		busy(8);
		othersAsk();
		FakeTurn first = new FakeTurn(100);
		assertThat(goesAtOnce(first)).isTrue();
		assertThat(goesAtOnce(new FakeTurn(100))).isTrue();
		return first;
	}

	private FakeTurn waiting(int client) {
		FakeTurn turn = new FakeTurn(client);
		assertThat(goesAtOnce(turn)).isFalse();
		return turn;
	}

	private boolean goesAtOnce(FakeTurn turn) {
		boolean goes = this.turns.goesAtOnce(turn);
		if (!goes) {
			this.turns.await(turn);
		}
		return goes;
	}

	private void busy(int threads) {
		CountDownLatch started = new CountDownLatch(threads);
		for (int thread = 0; thread < threads; thread++) {
			this.pool.execute(() -> {
				started.countDown();
				try {
					this.end.await();
				}
				catch (InterruptedException ex) {
					// The pool ends.
				}
			});
		}
		try {
			assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private void othersAsk() {
		this.turns.othersAsk(this.now);
	}

	private void later(long millis) {
		this.now += Duration.ofMillis(millis).toNanos();
	}

	private void look() {
		this.turns.look(List.of(), this.now);
	}

	private final class FakeTurn implements WorkerTurn {

		private final Client client;

		private final long weight;

		private boolean over;

		private boolean evicted;

		private long behind;

		FakeTurn(int client) {
			this(client, 10);
		}

		FakeTurn(int client, long weight) {
			this.client = new Client(false, client);
			this.weight = weight;
		}

		@Override
		public Client client() {
			return this.client;
		}

		@Override
		public long weight() {
			return this.weight;
		}

		@Override
		public void begin() {
			WorkerTurnsTests.this.begun.add(this);
		}

		@Override
		public void evict() {
			this.evicted = true;
		}

		@Override
		public boolean isOver() {
			return this.over;
		}

		@Override
		public long behind(long now) {
			return this.behind;
		}

	}

}
