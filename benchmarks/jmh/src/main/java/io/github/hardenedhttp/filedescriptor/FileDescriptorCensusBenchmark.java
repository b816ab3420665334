package io.github.hardenedhttp.filedescriptor;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to count the open descriptors by type, once a second at the most.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FileDescriptorCensusBenchmark {

	@Param({ "100", "3000" })
	private int descriptors;

	private final List<FileInputStream> open = new ArrayList<>();

	private final FileDescriptorCounter counter = new LinuxFileDescriptorCounter(Path.of("/proc/self/fd"),
			() -> 20_000);

	@Setup
	public void open() throws IOException {
		for (int count = 0; count < this.descriptors; count++) {
			this.open.add(new FileInputStream("/dev/null"));
		}
	}

	@TearDown
	public void close() throws IOException {
		for (FileInputStream stream : this.open) {
			stream.close();
		}
	}

	@Benchmark
	public FileDescriptorCensus count() throws IOException {
		return this.counter.count();
	}

}
