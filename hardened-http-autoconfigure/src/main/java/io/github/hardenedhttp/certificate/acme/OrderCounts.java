package io.github.hardenedhttp.certificate.acme;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many orders have ended in which way since the start. Thread-safe.
 */
final class OrderCounts {

	private final Map<OrderResult, LongAdder> counts = new EnumMap<>(OrderResult.class);

	OrderCounts() {
		for (OrderResult result : OrderResult.values()) {
			this.counts.put(result, new LongAdder());
		}
	}

	void add(OrderResult result) {
		adder(result).increment();
	}

	long of(OrderResult result) {
		return adder(result).sum();
	}

	private LongAdder adder(OrderResult result) {
		return this.counts.getOrDefault(result, new LongAdder());
	}

}
