package io.github.hardenedhttp.timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final WorkerPool pool = new WorkerPool("test", 2, 3);

	private final CountDownLatch started = new CountDownLatch(2);

	private final CountDownLatch end = new CountDownLatch(1);

	@AfterEach
	void end() {
		this.end.countDown();
		this.pool.destroy();
	}

	@Test
	void aThreadComputesOrWaitsAndARequestHasAThreadOrQueues() throws InterruptedException {
		new WorkerMetrics(this.pool).bindTo(this.registry);
		for (int request = 0; request < 3; request++) {
			this.pool.execute(this::work);
		}
		assertThat(this.started.await(20, TimeUnit.SECONDS)).isTrue();
		this.pool.waitingBegins();
		assertThat(gauge("hardened.workers", "state", "computing")).isEqualTo(1);
		assertThat(gauge("hardened.workers", "state", "waiting")).isEqualTo(1);
		assertThat(gauge("hardened.workers.queued")).isEqualTo(1);
		assertThat(gauge("hardened.workers.max")).isEqualTo(2);
	}

	private void work() {
		this.started.countDown();
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private double gauge(String name, String... tags) {
		return this.registry.get(name).tags(tags).gauge().value();
	}

}
