package io.github.hardenedhttp.certificate;

import java.time.Clock;

import io.github.hardenedhttp.tls.ServerTls;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meter {@code hardened.certificate.remaining}, one gauge for each bundle that is
 * served. Spring Boot's {@code ssl.chain.expiry} tells the seconds; this tells what they
 * mean.
 */
final class CertificateMetrics implements MeterBinder {

	private static final String NAME = "hardened.certificate.remaining";

	private final ServedCertificates served;

	private final Clock clock;

	CertificateMetrics(ServedCertificates served, Clock clock) {
		this.served = served;
		this.clock = clock;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.served.whenStarted((server) -> bind(registry, server));
	}

	/**
	 * The application's server and the management server may serve one bundle.
	 */
	private void bind(MeterRegistry registry, ServerTls server) {
		for (String bundle : server.bundleNames()) {
			if (registry.find(NAME).tag("bundle", bundle).gauge() == null) {
				Gauge.builder(NAME, this.served, (all) -> remaining(all, bundle))
					.tag("bundle", bundle)
					.baseUnit("ratio")
					.description("The part of its lifetime that a certificate has left")
					.register(registry);
			}
		}
	}

	/**
	 * Of the certificate that ends first, if the bundle has several.
	 */
	private double remaining(ServedCertificates served, String bundle) {
		return served.all()
			.stream()
			.filter((each) -> each.bundle().equals(bundle))
			.mapToDouble((each) -> CertificateLifetime.of(each.own()).remaining(this.clock.instant()))
			.min()
			.orElse(Double.NaN);
	}

}
