package io.github.hardenedhttp.certificate;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.hardenedhttp.certificate.ExpiryThresholds.Level;
import io.github.hardenedhttp.tls.ServedCertificate;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.ssl.SslHealthIndicator;
import org.springframework.boot.info.SslInfo;

/**
 * Spring Boot's health {@code ssl}, which looks at all SSL bundles and knows valid from
 * invalid, with the certificates of the servers added: how much of their lifetime they
 * have left. OUT_OF_SERVICE, as Boot says of an expired certificate, when one of them has
 * come to its last part; one that is to be replaced only is a {@code warn} in the
 * details, for everybody is still served.
 */
final class ExpirySslHealthIndicator extends SslHealthIndicator {

	private final ServedCertificates served;

	private final ExpiryThresholds thresholds;

	private final Clock clock;

	ExpirySslHealthIndicator(SslInfo bundles, ServedCertificates served, ExpiryThresholds thresholds, Clock clock) {
		super(bundles);
		this.served = served;
		this.thresholds = thresholds;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws Exception {
		super.doHealthCheck(builder);
		Instant now = this.clock.instant();
		List<Map<String, Object>> details = new ArrayList<>();
		for (ServedCertificate certificate : this.served.all()) {
			CertificateLifetime lifetime = CertificateLifetime.of(certificate.own());
			double remaining = lifetime.remaining(now);
			Level level = this.thresholds.of(remaining);
			if (level == Level.FAIL) {
				builder.outOfService();
			}
			Map<String, Object> detail = new LinkedHashMap<>();
			detail.put("bundle", certificate.bundle());
			detail.put("level", level.name().toLowerCase(Locale.ROOT));
			detail.put("remaining", Math.round(remaining * 1000) / 1000.0);
			detail.put("validUntil", lifetime.notAfter());
			details.add(detail);
		}
		builder.withDetail("served", details)
			.withDetail("warnAtRemaining", this.thresholds.warnAt())
			.withDetail("failAtRemaining", this.thresholds.failAt());
	}

}
