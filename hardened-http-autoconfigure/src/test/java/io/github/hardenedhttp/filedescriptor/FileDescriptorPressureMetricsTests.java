package io.github.hardenedhttp.filedescriptor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorPressureMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@ParameterizedTest
	@CsvSource({ "10,0", "80,1", "95,2" })
	void theLevelIsANumber(long open, double value) {
		FileDescriptorPressure pressure = new FileDescriptorPressure(() -> FileDescriptorCensus.withoutTypes(open, 100),
				new FileDescriptorThresholds(0.8, 0.95), () -> 0);
		new FileDescriptorPressureMetrics(pressure).bindTo(this.registry);
		Gauge gauge = this.registry.get("hardened.pressure").tag("resource", "filedescriptor").gauge();
		assertThat(gauge.value()).isEqualTo(value);
		assertThat(gauge.getId().getDescription())
			.isEqualTo("How short a resource is: 0 enough, 1 to be saved, 2 hardly any left");
	}

}
