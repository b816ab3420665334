package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerPoolTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private final WorkerPool pool = new WorkerPool("test", 2, 3);

	private final List<Thing> things = new ArrayList<>();

	private long now;

	@AfterEach
	void end() {
		this.things.forEach(Thing::end);
		this.pool.destroy();
	}

	@Test
	void threadsThatComputeAreNotAddedTo() {
		compute(2);
		Thing queued = new Thing(false);
		look();
		assertThat(queued.hasStarted()).isFalse();
		assertThat(this.pool.active()).isEqualTo(2);
		this.things.get(0).end();
		assertThat(queued.awaitStart()).isTrue();
	}

	@Test
	void threadsThatWaitAreAddedToWhenSomethingQueues() {
		block(2);
		assertThat(this.pool.active()).isEqualTo(2);
		Thing queued = new Thing(false);
		look();
		assertThat(queued.awaitStart()).isTrue();
		assertThat(this.pool.threads()).isEqualTo(3);
	}

	@Test
	void aThreadIsNotAddedForAWaitThatIsSeenOnce() {
		compute(2);
		Thing queued = new Thing(false);
		this.pool.waitingBegins();
		this.pool.resize(this.now);
		this.pool.waitingEnds();
		this.pool.resize(this.now);
		assertThat(queued.hasStarted()).isFalse();
		this.things.get(0).end();
		assertThat(queued.awaitStart()).isTrue();
		assertThat(this.pool.threads()).isEqualTo(2);
	}

	@Test
	void aThreadThatBeginsToWaitMakesRoomForWhatQueues() {
		compute(2);
		Thing queued = new Thing(false);
		assertThat(queued.hasStarted()).isFalse();
		this.pool.waitingBegins();
		look();
		assertThat(queued.awaitStart()).isTrue();
		this.pool.waitingEnds();
	}

	@Test
	void waitingAddsNoThreadsWhileNothingQueues() {
		block(1);
		look();
		assertThat(this.pool.threads()).isEqualTo(1);
	}

	@Test
	void thereIsALimit() {
		block(5);
		Thing queued = new Thing(false);
		look();
		assertThat(queued.hasStarted()).isFalse();
		assertThat(this.pool.active()).isEqualTo(5);
	}

	@Test
	void itShrinksAgainAfterAWhile() {
		block(5);
		this.things.forEach(Thing::end);
		assertThat(DeadlineWireTests.await(SOON, () -> this.pool.active() == 0)).isTrue();
		look();
		assertThat(this.pool.threads()).isEqualTo(5);
		this.now += Duration.ofSeconds(5).toNanos();
		look();
		assertThat(DeadlineWireTests.await(SOON, () -> this.pool.threads() == 2)).isTrue();
		compute(2);
		Thing queued = new Thing(false);
		assertThat(queued.hasStarted()).isFalse();
		assertThat(this.pool.waiting()).isZero();
	}

	@Test
	void thereIsNoShortageBehindThreadsThatCompute() {
		block(3);
		compute(2);
		new Thing(false);
		assertThat(this.pool.active()).isEqualTo(5);
		assertThat(this.pool.shortage(0)).isZero();
	}

	@Test
	void thereIsAShortageWhenMoreWaitThanThereAreAdditionalThreads() {
		block(5);
		assertThat(this.pool.shortage(0)).isZero();
		new Thing(false);
		assertThat(this.pool.shortage(0)).isOne();
		new Thing(false);
		new Thing(false);
		assertThat(this.pool.shortage(0)).isEqualTo(2);
	}

	@Test
	void aShortageIsOneOnlyAfterAWhile() {
		block(5);
		new Thing(false);
		assertThat(this.pool.shortage(Duration.ofMinutes(1).toNanos())).isZero();
	}

	private void compute(int count) {
		for (int thing = 0; thing < count; thing++) {
			Thing computing = new Thing(false);
			look();
			assertThat(computing.awaitStart()).isTrue();
		}
	}

	private void block(int count) {
		for (int thing = 0; thing < count; thing++) {
			Thing blocked = new Thing(true);
			look();
			assertThat(blocked.awaitStart()).isTrue();
			look();
		}
	}

	private void look() {
		this.pool.resize(this.now);
		this.pool.resize(this.now);
	}

	/**
	 * Something to do that takes until it is told to end.
	 */
	private final class Thing implements Runnable {

		private final boolean waits;

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch ended = new CountDownLatch(1);

		Thing(boolean waits) {
			this.waits = waits;
			WorkerPoolTests.this.things.add(this);
			WorkerPoolTests.this.pool.execute(this);
		}

		@Override
		public void run() {
			if (this.waits) {
				WorkerPoolTests.this.pool.waitingBegins();
			}
			this.started.countDown();
			try {
				this.ended.await();
			}
			catch (InterruptedException ex) {
				// The pool ends.
			}
			if (this.waits) {
				WorkerPoolTests.this.pool.waitingEnds();
			}
		}

		boolean hasStarted() {
			return this.started.getCount() == 0;
		}

		boolean awaitStart() {
			return DeadlineWireTests.await(SOON, this::hasStarted);
		}

		void end() {
			this.ended.countDown();
		}

	}

}
