package io.github.hardenedhttp.timeout;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class TimeoutMetricsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TimeoutMetricsAutoConfiguration.class))
		.withBean(DelayedRequests.class, DelayedRequests::new)
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new);

	@Test
	void requestsThatHadToWaitAreCounted() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		DelayedRequests delayed = new DelayedRequests();
		new TimeoutMetrics(delayed).bindTo(registry);
		FunctionCounter counter = registry.get("hardened.requests.delayed").functionCounter();
		assertThat(counter.count()).isZero();
		delayed.addOne();
		assertThat(counter.count()).isOne();
		assertThat(counter.getId().getBaseUnit()).isEqualTo("requests");
		assertThat(counter.getId().getDescription())
			.isEqualTo("Requests of slow clients that had to wait for their turn");
	}

	@Test
	void theMeterIsThereWhereMicrometerIs() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(TimeoutMetrics.class));
	}

	@Test
	void thereIsNoneWithoutMicrometer() {
		this.runner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).doesNotHaveBean(TimeoutMetricsAutoConfiguration.class));
	}

	@Test
	void thereIsNoneWhereEverythingIsOff() {
		this.runner.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(TimeoutMetricsAutoConfiguration.class));
	}

}
