package io.github.hardenedhttp.filedescriptor;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorMetricsTests {

	private static final Map<FileDescriptorType, Long> TYPES = Map.of(FileDescriptorType.SOCKET, 5L,
			FileDescriptorType.FILE, 4L, FileDescriptorType.PIPE, 3L, FileDescriptorType.EPOLL, 2L,
			FileDescriptorType.OTHER, 1L);

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final AtomicInteger counts = new AtomicInteger();

	private long nanoTime;

	@Test
	void thereIsOneGaugeForEachType() {
		FileDescriptors fileDescriptors = fileDescriptors();
		new FileDescriptorMetrics(fileDescriptors).bindTo(this.registry);
		TYPES.forEach((type, count) -> assertThat(gauge(type.id()).value()).isEqualTo((double) count));
		assertThat(this.registry.find("hardened.filedescriptors").gauges()).hasSize(5);
	}

	@Test
	void theMeterExplainsItself() {
		FileDescriptors fileDescriptors = fileDescriptors();
		new FileDescriptorMetrics(fileDescriptors).bindTo(this.registry);
		Meter.Id id = gauge("socket").getId();
		assertThat(id.getBaseUnit()).isEqualTo("descriptors");
		assertThat(id.getDescription()).isEqualTo("Open file descriptors of the process, by what they are open for");
	}

	@Test
	void allGaugesOfAScrapeCostOneCount() {
		FileDescriptors fileDescriptors = fileDescriptors();
		new FileDescriptorMetrics(fileDescriptors).bindTo(this.registry);
		for (int scrape = 1; scrape <= 3; scrape++) {
			this.nanoTime += 2_000_000_000L;
			int before = this.counts.get();
			this.registry.find("hardened.filedescriptors").gauges().forEach(Gauge::value);
			assertThat(this.counts.get() - before).isEqualTo(1);
		}
	}

	@Test
	void nothingIsRegisteredWhereTypesAreUnknown() {
		FileDescriptors fileDescriptors = new FileDescriptors(() -> FileDescriptorCensus.withoutTypes(1, 2),
				() -> this.nanoTime);
		new FileDescriptorMetrics(fileDescriptors).bindTo(this.registry);
		assertThat(this.registry.getMeters()).isEmpty();
	}

	private FileDescriptors fileDescriptors() {
		return new FileDescriptors(() -> {
			this.counts.incrementAndGet();
			return FileDescriptorCensus.ofTypes(TYPES, 100);
		}, () -> this.nanoTime);
	}

	private Gauge gauge(String type) {
		return this.registry.get("hardened.filedescriptors").tag("type", type).gauge();
	}

}
