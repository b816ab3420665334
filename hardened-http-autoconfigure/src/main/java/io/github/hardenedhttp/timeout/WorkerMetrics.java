package io.github.hardenedhttp.timeout;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meters {@code hardened.workers.*}: what the threads do that run the application's
 * requests. Those of the management server are not counted.
 */
final class WorkerMetrics implements MeterBinder {

	private final WorkerPool pool;

	WorkerMetrics(WorkerPool pool) {
		this.pool = pool;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("hardened.workers", this.pool, (pool) -> Math.max(0, pool.active() - pool.waiting()))
			.tag("state", "computing")
			.baseUnit("threads")
			.description("Threads that run requests, by what they do")
			.register(registry);
		Gauge.builder("hardened.workers", this.pool, WorkerPool::waiting)
			.tag("state", "waiting")
			.baseUnit("threads")
			.description("Threads that run requests, by what they do")
			.register(registry);
		Gauge.builder("hardened.workers.max", this.pool, WorkerPool::max)
			.baseUnit("threads")
			.description("How many threads may run requests now, those that wait for a client included")
			.register(registry);
		Gauge.builder("hardened.workers.queued", this.pool, WorkerPool::queued)
			.baseUnit("requests")
			.description("Requests that wait for a thread")
			.register(registry);
	}

}
