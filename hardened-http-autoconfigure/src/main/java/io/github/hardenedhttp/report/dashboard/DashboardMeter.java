package io.github.hardenedhttp.report.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.report.dashboard.DashboardData.Reading;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The meters the page shows, and the tags it tells apart. Others are summed, so that an
 * application with ten thousand paths does not send ten thousand numbers.
 *
 * @param name the name of the meter
 * @param tags the tags to keep
 */
record DashboardMeter(String name, List<String> tags) {

	private static final List<DashboardMeter> OWN = List.of(of("process.files.open"), of("process.files.max"),
			of("hardened.filedescriptors", "type"), of("hardened.pressure", "resource"),
			of("hardened.connections", "listener", "state"), of("hardened.connections.max"),
			of("hardened.connections.opened"), of("hardened.connections.closed", "reason"),
			of("hardened.requests.rejected", "reason"), of("hardened.spared", "reason"),
			of("hardened.tls.handshakes", "result", "protocol", "reason"), of("hardened.workers", "state"),
			of("hardened.workers.max"), of("hardened.workers.queued"), of("hardened.certificate.remaining", "bundle"),
			of("ssl.chain.expiry", "bundle", "chain", "certificate"));

	private static final String REQUESTS = "http.server.requests";

	private static DashboardMeter of(String name, String... tags) {
		return new DashboardMeter(name, List.of(tags));
	}

	/**
	 * Reads all meters there are.
	 * @param registry the registry
	 * @param requests what the application calls the meter of its requests; here it has
	 * always the same name
	 * @return the values, by the name of the meter
	 */
	static Map<String, List<Reading>> readAll(MeterRegistry registry, String requests) {
		Map<String, List<Reading>> all = new LinkedHashMap<>();
		OWN.forEach((meter) -> all.put(meter.name, meter.read(registry)));
		all.put(REQUESTS, of(requests, "outcome").read(registry));
		all.values().removeIf(List::isEmpty);
		return all;
	}

	private List<Reading> read(MeterRegistry registry) {
		Map<Map<String, String>, Double> sums = new LinkedHashMap<>();
		for (Meter meter : registry.find(this.name).meters()) {
			double value = value(meter);
			if (Double.isFinite(value)) {
				sums.merge(kept(meter.getId()), value, Double::sum);
			}
		}
		List<Reading> readings = new ArrayList<>();
		sums.forEach((tags, sum) -> readings.add(new Reading(tags, sum)));
		return readings;
	}

	private Map<String, String> kept(Meter.Id id) {
		Map<String, String> kept = new LinkedHashMap<>();
		for (String tag : this.tags) {
			String value = id.getTag(tag);
			if (value != null) {
				kept.put(tag, value);
			}
		}
		return kept;
	}

	private static double value(Meter meter) {
		return meter.<Double>match(Gauge::value, Counter::count, (timer) -> (double) timer.count(),
				(summary) -> Double.NaN, (longTask) -> Double.NaN, (timeGauge) -> timeGauge.value(TimeUnit.SECONDS),
				FunctionCounter::count, (functionTimer) -> functionTimer.count(), (other) -> Double.NaN);
	}

}
