package io.github.hardenedhttp.certificate.acme;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meters {@code hardened.acme.orders} and {@code hardened.acme.renewal}.
 */
final class AcmeMetrics implements MeterBinder {

	private final OrderCounts counts;

	private final MaintainedCertificates certificates;

	AcmeMetrics(OrderCounts counts, MaintainedCertificates certificates) {
		this.counts = counts;
		this.certificates = certificates;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (OrderResult result : OrderResult.values()) {
			FunctionCounter.builder("hardened.acme.orders", this.counts, (counts) -> counts.of(result))
				.tag("result", result.tag())
				.baseUnit("orders")
				.description("Orders of certificates, by how they ended")
				.register(registry);
		}
		for (MaintainedCertificate certificate : this.certificates.all()) {
			Gauge
				.builder("hardened.acme.renewal", certificate,
						(maintained) -> maintained.untilNextOrder().toMillis() / 1000.0)
				.tag("certificate", certificate.wanted().name())
				.baseUnit("seconds")
				.description("Time until a certificate is renewed; 0 if it is due, or was never got")
				.register(registry);
		}
	}

}
