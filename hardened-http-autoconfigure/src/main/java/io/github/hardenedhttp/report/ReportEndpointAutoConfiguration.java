package io.github.hardenedhttp.report;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Adds the endpoint {@code hardening} where Actuator is used and the endpoint is exposed.
 */
@AutoConfiguration(after = ReportAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(HardeningEndpoint.class)
@ConditionalOnBean(HardeningReports.class)
public final class ReportEndpointAutoConfiguration {

	@Bean
	HardeningEndpoint hardeningEndpoint(HardeningReports reports, ObjectProvider<SelfTests> selfTests) {
		return new HardeningEndpoint(() -> {
			selfTests.ifAvailable(SelfTests::look);
			return reports.make();
		});
	}

}
