package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Level;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.lang.management.ManagementFactory.getOperatingSystemMXBean;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FileDescriptorPressureTests {

	private static final FileDescriptorThresholds THRESHOLDS = new FileDescriptorThresholds(0.8, 0.95);

	private static final long MILLIS = 1_000_000;

	private long open = 100;

	private long max = 1000;

	private boolean broken;

	private long nanoTime = Long.MAX_VALUE - 50 * MILLIS;

	private long cost;

	private int counts;

	@Test
	void isKnownFromTheBeginning() {
		this.open = 960;
		FileDescriptorPressure pressure = pressure();
		assertThat(pressure.level()).isEqualTo(Level.FAIL);
		assertThat(pressure.open()).isEqualTo(960);
		assertThat(pressure.max()).isEqualTo(1000);
	}

	@Test
	void risesAndRecoversByItself() {
		FileDescriptorPressure pressure = pressure();
		assertThat(pressure.level()).isEqualTo(Level.NONE);
		assertThat(after(pressure, 850)).isEqualTo(Level.WARN);
		assertThat(after(pressure, 990)).isEqualTo(Level.FAIL);
		assertThat(after(pressure, 930)).isEqualTo(Level.FAIL);
		assertThat(after(pressure, 870)).isEqualTo(Level.WARN);
		assertThat(after(pressure, 100)).isEqualTo(Level.NONE);
	}

	@Test
	void theLimitIsReadEachTime() {
		this.open = 850;
		FileDescriptorPressure pressure = pressure();
		this.max = 100_000;
		assertThat(after(pressure, 850)).isEqualTo(Level.NONE);
		assertThat(pressure.max()).isEqualTo(100_000);
	}

	@Test
	void askingCountsNothing() {
		FileDescriptorPressure pressure = pressure();
		for (int i = 0; i < 100; i++) {
			pressure.level();
		}
		assertThat(this.counts).isEqualTo(1);
	}

	@Test
	void whatCannotBeCountedStaysAsItWas() {
		FileDescriptorPressure pressure = pressure();
		after(pressure, 850);
		this.broken = true;
		assertThat(after(pressure, 100)).isEqualTo(Level.WARN);
		this.broken = false;
		assertThat(after(pressure, 100)).isEqualTo(Level.NONE);
	}

	@ParameterizedTest
	@CsvSource({ "0,100,25", "0,900,25", "1,100,25", "3,100,12", "3,900,25", "15,900,12", "15,100,5", "500,900,5",
			"500,100,5" })
	void theDearerTheCountTheLessOftenButOnceASecond(long millis, long open, int expected) {
		this.open = open;
		this.cost = millis * MILLIS;
		FileDescriptorPressure pressure = pressure();
		long start = this.nanoTime - this.cost;
		this.counts = 0;
		for (long now = 200; now <= 5000; now += 200) {
			pressure.look(List.of(), start + now * MILLIS);
		}
		assertThat(this.counts).isEqualTo(expected);
	}

	@Test
	void looksFiveTimesASecond() {
		assertThat(pressure().interval()).isEqualTo(Duration.ofMillis(200));
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aServerSeesWhatTheApplicationOpens() throws IOException {
		UnixOperatingSystemMXBean platform = (UnixOperatingSystemMXBean) getOperatingSystemMXBean();
		long max = platform.getMaxFileDescriptorCount();
		long margin = max / 50;
		double now = 100.0 * (platform.getOpenFileDescriptorCount() + margin) / max;
		List<Pipe> pipes = new ArrayList<>();
		try (TestServer server = TestServer.start("hardened.filedescriptor.warn-at=%.2f%%".formatted(now))) {
			FileDescriptorPressure pressure = server.bean(FileDescriptorPressure.class);
			assertThat(pressure.level()).isEqualTo(Level.NONE);
			assertThat(pressure.max()).isEqualTo(max);
			for (long i = 0; i < margin; i++) {
				pipes.add(Pipe.open());
			}
			await().atMost(Duration.ofSeconds(20)).until(() -> pressure.level() == Level.WARN);
			close(pipes);
			await().atMost(Duration.ofSeconds(20)).until(() -> pressure.level() == Level.NONE);
		}
		finally {
			close(pipes);
		}
	}

	private static void close(List<Pipe> pipes) throws IOException {
		for (Pipe pipe : pipes) {
			pipe.source().close();
			pipe.sink().close();
		}
	}

	private Level after(FileDescriptorPressure pressure, long open) {
		this.open = open;
		this.nanoTime += 200 * MILLIS;
		pressure.look(List.of(), this.nanoTime);
		return pressure.level();
	}

	private FileDescriptorPressure pressure() {
		return new FileDescriptorPressure(() -> {
			this.counts++;
			this.nanoTime += this.cost;
			if (this.broken) {
				throw new IOException("no");
			}
			return FileDescriptorCensus.withoutTypes(this.open, this.max);
		}, THRESHOLDS, () -> this.nanoTime);
	}

}
