package io.github.hardenedhttp.report.dashboard;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.report.dashboard.DashboardData.Latency;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.RequestReplyReceiverContext;

/**
 * How long the application's requests took, of the last {@value #WINDOW_SECONDS} seconds
 * or a little less. Measured in a registry of its own: percentiles of
 * {@code http.server.requests} would be exported, and are the user's to configure.
 * <p>
 * It sees what Spring observes, whatever the path. A request that is refused before it
 * reaches Spring is in no percentile. Thread-safe.
 */
final class RequestLatency implements ObservationHandler<RequestReplyReceiverContext<?, ?>> {

	static final long WINDOW_SECONDS = 10;

	private static final int PARTS = 5;

	private static final double MEDIAN = 0.5;

	private static final double P99 = 0.99;

	private final String observation;

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final Timer timer;

	/**
	 * Create it.
	 * @param observation what requests are called
	 */
	RequestLatency(String observation) {
		this.observation = observation;
		this.timer = Timer.builder("latency")
			.publishPercentiles(MEDIAN, P99)
			.distributionStatisticExpiry(Duration.ofSeconds(WINDOW_SECONDS))
			.distributionStatisticBufferLength(PARTS)
			.register(this.registry);
	}

	// Spring gives it its name only when it starts, which is after this.
	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof RequestReplyReceiverContext;
	}

	@Override
	public void onStart(RequestReplyReceiverContext<?, ?> context) {
		context.put(RequestLatency.class, System.nanoTime());
	}

	@Override
	public void onStop(RequestReplyReceiverContext<?, ?> context) {
		Long start = context.get(RequestLatency.class);
		if (start != null && this.observation.equals(context.getName())) {
			this.timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
		}
	}

	Latency read() {
		HistogramSnapshot snapshot = this.timer.takeSnapshot();
		return new Latency(WINDOW_SECONDS, percentile(snapshot, MEDIAN), percentile(snapshot, P99),
				snapshot.max(TimeUnit.MILLISECONDS));
	}

	private static double percentile(HistogramSnapshot snapshot, double percentile) {
		for (ValueAtPercentile value : snapshot.percentileValues()) {
			if (value.percentile() == percentile) {
				return value.value(TimeUnit.MILLISECONDS);
			}
		}
		return 0;
	}

}
