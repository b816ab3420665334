package io.github.hardenedhttp.certificate;

import java.time.Clock;
import java.time.Duration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.autoconfigure.ssl.SslHealthContributorAutoConfiguration;
import org.springframework.boot.actuate.ssl.SslHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.info.SslInfo;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;

/**
 * Adds the lifetime of certificates to Spring Boot's health {@code ssl} where Actuator is
 * used. Boot's own indicator gives way to a bean of its name.
 */
@AutoConfiguration(after = CertificateFindingsAutoConfiguration.class,
		before = SslHealthContributorAutoConfiguration.class)
@ConditionalOnClass({ SslHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("ssl")
@ConditionalOnBean(ServedCertificates.class)
public final class CertificateHealthAutoConfiguration {

	// Boot's own default: management.health.ssl.certificate-validity-warning-threshold
	private static final Duration WARNING = Duration.ofDays(14);

	@Bean
	@ConditionalOnMissingBean(name = "sslHealthIndicator")
	SslHealthIndicator sslHealthIndicator(ObjectProvider<SslInfo> info, SslBundles bundles, ServedCertificates served,
			ExpiryThresholds thresholds) {
		// Whoever excludes Boot's auto-configuration has none.
		SslInfo all = info.getIfAvailable(() -> new SslInfo(bundles, WARNING));
		return new ExpirySslHealthIndicator(all, served, thresholds, Clock.systemUTC());
	}

}
