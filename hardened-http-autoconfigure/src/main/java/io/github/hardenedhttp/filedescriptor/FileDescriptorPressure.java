package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * How short file descriptors are, whoever opened them. To ask costs one volatile read, so
 * it may be asked on each accept and for each response, on any thread. The answer is 200
 * ms old at most, or up to a second where counting is expensive.
 * <p>
 * It counts as often as it can with a twentieth of one thread's time, with a hundredth
 * while few are open, and once a second at least: where the kernel tells the number that
 * is at each look, where all of them must be listed (10,000 take 7 ms) it is less often.
 */
public final class FileDescriptorPressure implements GuardWatch {

	private static final Log logger = LogFactory.getLog(FileDescriptorPressure.class);

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private static final int COSTS_WHEN_NEAR = 20;

	private static final int COSTS_WHEN_FAR = 100;

	private final FileDescriptorCounter counter;

	private final FileDescriptorThresholds thresholds;

	private final LongSupplier nanoTime;

	private volatile Seen seen;

	// Of the one thread that looks.
	private long countAgainAt;

	/**
	 * Counts for the first time.
	 * @param counter the cheapest way to count
	 * @param thresholds decide
	 * @param nanoTime the monotonic clock, in nanoseconds; {@code System::nanoTime}
	 * outside tests
	 */
	FileDescriptorPressure(FileDescriptorCounter counter, FileDescriptorThresholds thresholds, LongSupplier nanoTime) {
		this.counter = counter;
		this.thresholds = thresholds;
		this.nanoTime = nanoTime;
		this.seen = new Seen(Level.NONE, FileDescriptorCensus.withoutTypes(0, 0));
		this.countAgainAt = nanoTime.getAsLong();
		count(this.countAgainAt);
	}

	/**
	 * How short descriptors are.
	 * @return the level as it was last seen
	 */
	public Level level() {
		return this.seen.level();
	}

	/**
	 * How many descriptors are open.
	 * @return the number as it was last seen
	 */
	public long open() {
		return this.seen.census().open();
	}

	/**
	 * How many descriptors may be open: the limit as the process really has it. HotSpot
	 * raises the soft limit when it starts.
	 * @return the limit as it was last seen; less than 1 if there is none
	 */
	public long max() {
		return this.seen.census().max();
	}

	/**
	 * What was last seen, all of it from the same moment.
	 * @return level and census
	 */
	Seen seen() {
		return this.seen;
	}

	FileDescriptorThresholds thresholds() {
		return this.thresholds;
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	@Override
	public void look(Collection<GuardedConnection> open, long now) {
		if (now - this.countAgainAt >= 0) {
			count(now);
		}
	}

	private void count(long now) {
		long start = this.nanoTime.getAsLong();
		try {
			FileDescriptorCensus census = this.counter.count();
			Level before = this.seen.level();
			Level level = this.thresholds.next(before, census);
			this.seen = new Seen(level, census);
			if (level != before) {
				logger.debug("File descriptor pressure is %s, was %s: %d of %d are open".formatted(level, before,
						census.open(), census.max()));
			}
		}
		catch (IOException ex) {
			logger.debug("The open file descriptors cannot be counted; the pressure stays " + this.seen.level(), ex);
		}
		long cost = this.nanoTime.getAsLong() - start;
		int costs = this.thresholds.isFar(this.seen.census()) ? COSTS_WHEN_FAR : COSTS_WHEN_NEAR;
		this.countAgainAt = now + Math.min(cost * costs, LONGEST_PAUSE);
	}

	/**
	 * How short file descriptors are. Between {@link #NONE}, {@link #WARN} and
	 * {@link #FAIL} every change is possible, in one step.
	 */
	public enum Level {

		/**
		 * There are enough.
		 */
		NONE,

		/**
		 * From {@code hardened.filedescriptor.warn-at} on: time to save.
		 */
		WARN,

		/**
		 * From {@code hardened.filedescriptor.fail-at} on: hardly any are left.
		 */
		FAIL

	}

	/**
	 * What one look has shown.
	 *
	 * @param level how short they are
	 * @param census how many are open, and may be
	 */
	record Seen(Level level, FileDescriptorCensus census) {

	}

}
