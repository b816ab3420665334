package io.github.hardenedhttp.report.dashboard;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import io.github.hardenedhttp.report.HardeningEndpoint;
import io.github.hardenedhttp.report.ReportEndpointAutoConfiguration;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.observation.ObservationProperties;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Adds the page below the endpoint {@code hardening} where that is exposed and Micrometer
 * is used.
 */
@AutoConfiguration(after = { ReportEndpointAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
		ObservationAutoConfiguration.class })
@ConditionalOnClass({ MeterRegistry.class, Observation.class })
@ConditionalOnBean({ HardeningEndpoint.class, MeterRegistry.class, ObservationProperties.class })
public final class DashboardAutoConfiguration {

	private static final EndpointId ENDPOINT = EndpointId.of("hardening");

	private static final List<String> FORCED = Arrays.stream(CloseReason.values())
		.filter(CloseReason::isForced)
		.map(CloseReason::tag)
		.toList();

	@Bean
	RequestLatency hardenedRequestLatency(ObservationProperties properties) {
		return new RequestLatency(properties.getHttp().getServer().getRequests().getName());
	}

	@Bean
	DashboardExtension hardenedDashboard(MeterRegistry registry, RequestLatency latency,
			ObservationProperties properties, Environment environment) {
		String requests = properties.getHttp().getServer().getRequests().getName();
		String application = environment.getProperty("spring.application.name", "");
		long startedAt = ManagementFactory.getRuntimeMXBean().getStartTime();
		return new DashboardExtension(() -> new DashboardData(application, startedAt, System.currentTimeMillis(),
				FORCED, DashboardMeter.readAll(registry, requests), latency.read()));
	}

	@Bean
	RequestHandler dashboardHeadersRequestHandler(ObjectProvider<PathMappedEndpoints> endpoints) {
		Supplier<String> path = SingletonSupplier.of(() -> endpoints.getObject().getPath(ENDPOINT) + "/dashboard");
		return new RequestHandler(HandlerOrder.PAGE_HEADERS, (next) -> new DashboardHeadersHandler(path, next));
	}

}
