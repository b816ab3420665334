package io.github.hardenedhttp.certificate;

import java.time.Clock;

import io.github.hardenedhttp.tls.ServerTls;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Looks at the certificates of all servers of the application.
 */
@AutoConfiguration(after = CertificateAutoConfiguration.class)
@ConditionalOnBean({ ServerTls.class, CertificateReloader.class })
public final class CertificateFindingsAutoConfiguration {

	@Bean
	ServedCertificates servedCertificates() {
		return new ServedCertificates();
	}

	@Bean
	ExpiryThresholds certificateExpiryThresholds(CertificateProperties properties) {
		return properties.toThresholds();
	}

	/**
	 * Has the thresholds made before there is a server: a wrong value can be explained
	 * then, and nothing has to be stopped.
	 */
	@Bean
	WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> certificateThresholdsCustomizer(
			ExpiryThresholds thresholds) {
		return (factory) -> {
		};
	}

	@Bean
	CertificateFindings certificateFindings(ServedCertificates served, CertificateGuideline guideline) {
		return new CertificateFindings(served, guideline, Clock.systemUTC());
	}

	@Bean
	CertificateFindingsLog certificateFindingsLog(ServedCertificates served, CertificateFindings findings) {
		CertificateFindingsLog log = new CertificateFindingsLog(findings);
		served.whenStarted((server) -> log.write());
		return log;
	}

}
