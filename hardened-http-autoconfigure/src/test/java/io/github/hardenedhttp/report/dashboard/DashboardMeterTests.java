package io.github.hardenedhttp.report.dashboard;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.report.dashboard.DashboardData.Reading;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DashboardMeterTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void whatThePageDoesNotTellApartIsSummed() {
		this.registry.timer("http.server.requests", "outcome", "SUCCESS", "uri", "/a").record(Duration.ofMillis(1));
		this.registry.timer("http.server.requests", "outcome", "SUCCESS", "uri", "/b").record(Duration.ofMillis(1));
		this.registry.timer("http.server.requests", "outcome", "CLIENT_ERROR", "uri", "/a")
			.record(Duration.ofMillis(1));
		assertThat(DashboardMeter.readAll(this.registry, "http.server.requests").get("http.server.requests"))
			.containsExactlyInAnyOrder(new Reading(Map.of("outcome", "SUCCESS"), 2),
					new Reading(Map.of("outcome", "CLIENT_ERROR"), 1));
	}

	@Test
	void requestsAreFoundUnderTheNameTheUserGaveThem() {
		this.registry.timer("my.requests", "outcome", "SUCCESS").record(Duration.ofMillis(1));
		assertThat(DashboardMeter.readAll(this.registry, "my.requests")).containsOnlyKeys("http.server.requests");
	}

	@Test
	void metersOfEveryKindAreRead() {
		this.registry.gauge("process.files.open", 5);
		this.registry
			.counter("hardened.tls.handshakes", "result", "success", "protocol", "TLSv1.3", "reason", "none",
					"cipher.suite", "any")
			.increment(3);
		this.registry.more().timeGauge("ssl.chain.expiry", List.of(), 90, TimeUnit.MINUTES, Number::doubleValue);
		Map<String, List<Reading>> all = DashboardMeter.readAll(this.registry, "http.server.requests");
		assertThat(all.get("process.files.open")).containsExactly(new Reading(Map.of(), 5));
		assertThat(all.get("hardened.tls.handshakes"))
			.containsExactly(new Reading(Map.of("result", "success", "protocol", "TLSv1.3", "reason", "none"), 3));
		assertThat(all.get("ssl.chain.expiry")).containsExactly(new Reading(Map.of(), 5400));
	}

	@Test
	void whatIsNotANumberIsLeftOut() {
		Gauge.builder("process.files.open", () -> Double.NaN).register(this.registry);
		assertThat(DashboardMeter.readAll(this.registry, "http.server.requests")).isEmpty();
	}

	@Test
	void metersOfOthersAreNotShown() {
		this.registry.counter("orders.paid", "customer", "42").increment();
		assertThat(DashboardMeter.readAll(this.registry, "http.server.requests")).isEmpty();
	}

}
