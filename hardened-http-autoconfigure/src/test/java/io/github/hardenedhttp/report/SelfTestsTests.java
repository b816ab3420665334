package io.github.hardenedhttp.report;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class SelfTestsTests {

	private final AtomicLong now = new AtomicLong();

	private final AtomicInteger runs = new AtomicInteger();

	@Test
	void itRunsOnceInAnInterval() {
		SelfTests tests = new SelfTests(this::run, () -> {
		}, this.now::get);
		assertThat(tests.look()).isNull();
		await().until(() -> tests.latest() != null);
		for (int i = 0; i < 100; i++) {
			assertThat(tests.look().millis()).isEqualTo(1);
		}
		this.now.addAndGet(SelfTests.INTERVAL.toNanos());
		tests.look();
		assertThat(this.runs).hasValue(1);
		this.now.addAndGet(1);
		await().until(() -> tests.look().millis() == 2);
		assertThat(this.runs).hasValue(2);
	}

	@Test
	void oneRunsAtATimeAndEndsWithTheApplication() throws InterruptedException {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		SelfTests tests = new SelfTests(() -> {
			this.runs.incrementAndGet();
			started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
			return null;
		}, () -> {
		}, this.now::get);
		tests.start();
		tests.start();
		started.await();
		tests.start();
		tests.destroy();
		interrupted.await();
		tests.start();
		assertThat(this.runs).hasValue(1);
		assertThat(tests.latest()).isNull();
	}

	@Test
	void theFirstLetsTheServerBeUntilSomebodyLooks() {
		SelfTests tests = new SelfTests(this::run, () -> {
		}, this.now::get);
		tests.start();
		await().pollInterval(Duration.ofMillis(5)).until(() -> isPausing());
		assertThat(this.runs).hasValue(0);
		long looked = System.nanoTime();
		tests.look();
		await().until(() -> tests.latest() != null);
		assertThat(Duration.ofNanos(System.nanoTime() - looked)).isLessThan(SelfTests.PAUSE);
	}

	@Test
	void theFirstComesThoughNobodyLooks() {
		SelfTests tests = new SelfTests(this::run, () -> {
		}, this.now::get);
		tests.start();
		await().until(() -> tests.latest() != null);
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void theApplicationCanEndBeforeTheFirst() {
		SelfTests tests = new SelfTests(this::run, () -> {
		}, this.now::get);
		tests.start();
		await().pollInterval(Duration.ofMillis(5)).until(() -> isPausing());
		tests.destroy();
		await().until(() -> !isPausing());
		assertThat(this.runs).hasValue(0);
	}

	private static boolean isPausing() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals("hardened-self-test")
					&& thread.getState() == Thread.State.TIMED_WAITING);
	}

	@Test
	void aFailureIsNoResultAndNotTheLastWord() {
		SelfTests tests = new SelfTests(() -> {
			if (this.runs.get() == 0) {
				this.runs.incrementAndGet();
				throw new IllegalStateException("try again");
			}
			return run();
		}, () -> {
		}, this.now::get);
		await().until(() -> tests.look() != null);
		assertThat(this.runs).hasValue(2);
	}

	private SelfTestResult run() {
		return new SelfTestResult("now", this.runs.incrementAndGet(), null, null, List.of());
	}

}
