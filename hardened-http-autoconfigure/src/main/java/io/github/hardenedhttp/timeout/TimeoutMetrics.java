package io.github.hardenedhttp.timeout;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meter {@code hardened.requests.delayed}.
 */
final class TimeoutMetrics implements MeterBinder {

	private final DelayedRequests delayed;

	TimeoutMetrics(DelayedRequests delayed) {
		this.delayed = delayed;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder("hardened.requests.delayed", this.delayed, DelayedRequests::count)
			.baseUnit("requests")
			.description("Requests of slow clients that had to wait for their turn")
			.register(registry);
	}

}
