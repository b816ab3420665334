package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The arithmetic of a deadline: what each read of a body that has to be waited for costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PatienceBenchmark {

	private final Patience patience = new Patience(Duration.ofSeconds(5), 240);

	private long now;

	@Benchmark
	public boolean waitsAndReads() {
		this.patience.waitingBegins(this.now);
		this.now += 1_000_000;
		this.patience.waitingEnds(this.now);
		this.patience.progress(8192, this.now);
		return this.patience.isOver(this.now);
	}

}
