package io.github.hardenedhttp.report.dashboard;

import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.report.dashboard.DashboardData.Latency;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplyReceiverContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RequestLatencyTests {

	private final RequestLatency latency = new RequestLatency("http.server.requests");

	private final ObservationRegistry registry = ObservationRegistry.create();

	@BeforeEach
	void register() {
		this.registry.observationConfig().observationHandler(this.latency);
	}

	@Test
	void withoutARequestAllIsZero() {
		assertThat(this.latency.read()).isEqualTo(new Latency(RequestLatency.WINDOW_SECONDS, 0, 0, 0));
	}

	@Test
	void theSlowRequestIsInTheP99AndNotInTheMedian() {
		for (int request = 0; request < 20; request++) {
			request("http.server.requests", 0);
		}
		request("http.server.requests", 50);
		Latency read = this.latency.read();
		assertThat(read.max()).isBetween(50.0, 10_000.0);
		assertThat(read.p99()).isGreaterThanOrEqualTo(45);
		assertThat(read.median()).isLessThan(45);
	}

	@Test
	void otherObservationsAreNotMeasured() {
		request("rabbit.listener", 1);
		Observation.start("tasks.scheduled.execution", this.registry).stop();
		assertThat(this.latency.read().max()).isZero();
	}

	private void request(String name, long millis) {
		Observation observation = Observation.start(name,
				() -> new RequestReplyReceiverContext<String, String>((carrier, key) -> null), this.registry);
		long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
		while (System.nanoTime() < until) {
			Thread.onSpinWait();
		}
		observation.stop();
	}

}
