package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Shares one census among all who ask within a second, because counting takes time that
 * grows with the descriptors: the gauges of a scrape and the endpoint cost one count.
 * <p>
 * Thread-safe. Who asks while a count is running waits for it and gets its result.
 */
final class FileDescriptors {

	private static final long MAX_AGE = TimeUnit.SECONDS.toNanos(1);

	private final FileDescriptorCounter counter;

	private final LongSupplier nanoTime;

	private final Lock counting = new ReentrantLock();

	private volatile @Nullable Taken latest;

	/**
	 * Share the censuses of a counter.
	 * @param counter counts the descriptors
	 * @param nanoTime the monotonic clock, in nanoseconds; {@code System::nanoTime}
	 * outside tests
	 */
	FileDescriptors(FileDescriptorCounter counter, LongSupplier nanoTime) {
		this.counter = counter;
		this.nanoTime = nanoTime;
	}

	/**
	 * How many file descriptors are open, of which type, and how many may be.
	 * @return a census that was finished at most one second ago
	 * @throws UncheckedIOException if the descriptors cannot be counted
	 */
	FileDescriptorCensus census() {
		FileDescriptorCensus fresh = fresh();
		if (fresh != null) {
			return fresh;
		}
		this.counting.lock();
		try {
			fresh = fresh();
			return (fresh != null) ? fresh : take();
		}
		finally {
			this.counting.unlock();
		}
	}

	private @Nullable FileDescriptorCensus fresh() {
		Taken latest = this.latest;
		return (latest != null && this.nanoTime.getAsLong() - latest.at() <= MAX_AGE) ? latest.census() : null;
	}

	private FileDescriptorCensus take() {
		try {
			FileDescriptorCensus census = this.counter.count();
			// The age starts at the end, or a slow count would not last for one scrape
			this.latest = new Taken(census, this.nanoTime.getAsLong());
			return census;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private record Taken(FileDescriptorCensus census, long at) {

	}

}
