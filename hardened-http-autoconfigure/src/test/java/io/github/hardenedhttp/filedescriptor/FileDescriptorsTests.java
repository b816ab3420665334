package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FileDescriptorsTests {

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);

	private final AtomicInteger counts = new AtomicInteger();

	private final FileDescriptors fileDescriptors = new FileDescriptors(this::count, this.nanoTime::get);

	@Test
	void aCensusIsSharedForOneSecond() {
		FileDescriptorCensus first = this.fileDescriptors.census();
		// The clock may overflow meanwhile
		this.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
		assertThat(this.fileDescriptors.census()).isSameAs(first);
		assertThat(this.counts).hasValue(1);
	}

	@Test
	void anOlderCensusIsTakenAgain() {
		this.fileDescriptors.census();
		this.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1) + 1);
		assertThat(this.fileDescriptors.census().open()).isEqualTo(2);
		assertThat(this.counts).hasValue(2);
	}

	@Test
	void aCountThatTakesLongIsSharedForOneSecondToo() {
		FileDescriptors slow = new FileDescriptors(() -> {
			this.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(5));
			return count();
		}, this.nanoTime::get);
		slow.census();
		slow.census();
		assertThat(this.counts).hasValue(1);
	}

	@Test
	void whoAsksDuringACountGetsItsResult() throws Exception {
		CountDownLatch counting = new CountDownLatch(1);
		CountDownLatch finish = new CountDownLatch(1);
		FileDescriptors slow = new FileDescriptors(() -> {
			counting.countDown();
			await(finish);
			return count();
		}, this.nanoTime::get);
		List<Thread> threads = new ArrayList<>();
		ExecutorService executor = Executors.newFixedThreadPool(8, (task) -> {
			Thread thread = new Thread(task);
			threads.add(thread);
			return thread;
		});
		try {
			List<Future<FileDescriptorCensus>> censuses = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				censuses.add(executor.submit(slow::census));
			}
			await(counting);
			awaitAllWaiting(threads);
			finish.countDown();
			FileDescriptorCensus first = censuses.get(0).get(10, TimeUnit.SECONDS);
			for (Future<FileDescriptorCensus> census : censuses) {
				assertThat(census.get(10, TimeUnit.SECONDS)).isSameAs(first);
			}
			assertThat(this.counts).hasValue(1);
		}
		finally {
			finish.countDown();
			executor.shutdownNow();
		}
	}

	@Test
	void aFailureIsNotShared() {
		AtomicInteger attempts = new AtomicInteger();
		FileDescriptors failingOnce = new FileDescriptors(() -> {
			if (attempts.incrementAndGet() == 1) {
				throw new IOException("expected");
			}
			return count();
		}, this.nanoTime::get);
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(failingOnce::census);
		assertThat(failingOnce.census().open()).isEqualTo(1);
	}

	private FileDescriptorCensus count() {
		return FileDescriptorCensus.withoutTypes(this.counts.incrementAndGet(), 100);
	}

	private static void await(CountDownLatch latch) throws IOException {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private static void awaitAllWaiting(List<Thread> threads) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (!threads.stream()
			.allMatch((thread) -> thread.getState() == Thread.State.WAITING
					|| thread.getState() == Thread.State.TIMED_WAITING)) {
			assertThat(System.nanoTime()).as("all threads wait").isLessThan(deadline);
			Thread.onSpinWait();
		}
	}

}
