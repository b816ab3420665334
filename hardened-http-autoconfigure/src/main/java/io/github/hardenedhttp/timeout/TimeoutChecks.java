package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Checks the deadlines against the article ("Timeouts"), whose own numbers are 5, 10 and
 * 120 seconds. A minute is what nginx waits for a header ({@code client_header_timeout});
 * what lasts an hour is no deadline.
 */
final class TimeoutChecks implements HardeningChecks {

	private static final String ARTICLE = "the article, Timeouts";

	private static final String PREFIX = "hardened.timeout.";

	private static final String NO_REQUEST_TIMEOUT = "server.undertow.no-request-timeout";

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

	private static final Duration HOUR = Duration.ofHours(1);

	// Less is slower than a modem; whoever sends so holds a megabyte for hours.
	private static final DataSize LEAST_RATE = DataSize.ofBytes(100);

	private final TimeoutProperties properties;

	private final boolean workers;

	private final Environment environment;

	/**
	 * Create the checks.
	 * @param properties the properties
	 * @param workers whether there are threads that wait for clients
	 * @param environment for what the user has set past this starter
	 */
	TimeoutChecks(TimeoutProperties properties, boolean workers, Environment environment) {
		this.properties = properties;
		this.workers = workers;
		this.environment = environment;
	}

	@Override
	public String room() {
		return "timeout";
	}

	@Override
	public List<HardeningCheck> checks() {
		TimeoutProperties set = this.properties;
		List<HardeningCheck> checks = new ArrayList<>();
		checks.add(of("read-header").atMost(set.readHeader(), MINUTE, HOUR, "Slowloris ends here."));
		checks.add(of("read").atMost(set.read(), MINUTE, HOUR, "A body that stalls ends here."));
		checks.add(of("write").atMost(set.write(), MINUTE, HOUR, "A client that does not read ends here."));
		checks.add(idle());
		checks.add(of("handshake").atMost(set.handshake(), MINUTE, HOUR, "A handshake that stalls ends here."));
		checks.add(rate("min-read-rate", set.minReadRate()));
		checks.add(rate("min-write-rate", set.minWriteRate()));
		checks.add(of("total").value(set.total())
			.pass((set.total() != null) ? "Whatever the reason, a request ends here."
					: "Only what clients make the server wait for counts."));
		checks.add(of("upgraded-idle").atMost(set.upgradedIdle(), HOUR, Duration.ofDays(1),
				"A WebSocket of a client that is gone ends here."));
		checks.add(paths());
		if (this.workers) {
			checks.add(bodyBuffer());
			checks.add(waitingWorkers());
		}
		checks.add(undertowTimers());
		return List.copyOf(checks);
	}

	private static HardeningCheck.Subject of(String name) {
		return HardeningCheck.of(name, PREFIX + name, ARTICLE);
	}

	/**
	 * Says which wins where the user has set Undertow's own timer.
	 */
	private HardeningCheck idle() {
		String undertow = this.environment.getProperty(NO_REQUEST_TIMEOUT);
		HardeningCheck check = of("idle").atMost(this.properties.idle(), TEN_MINUTES, HOUR,
				(undertow == null) ? "Who asks for nothing leaves."
						: "Who asks for nothing leaves; '%s' is %s, and the shorter of the two wins."
							.formatted(NO_REQUEST_TIMEOUT, undertow));
		return check;
	}

	private static HardeningCheck rate(String name, DataSize rate) {
		HardeningCheck.Subject subject = of(name).value(rate);
		String why = "What has moved earns more patience at this rate.";
		if (rate.toBytes() == 0) {
			return subject.pass("What has moved earns no patience: the article's own deadline.");
		}
		return (rate.compareTo(LEAST_RATE) < 0)
				? subject.warn(why + " A megabyte may take hours.", "Set '%s%s' to 240B.".formatted(PREFIX, name))
				: subject.pass(why);
	}

	private HardeningCheck paths() {
		List<String> patterns = this.properties.paths()
			.stream()
			.map((path) -> Objects.requireNonNullElse(path.pattern(), ""))
			.toList();
		List<String> endless = this.properties.paths()
			.stream()
			.filter((path) -> Stream.of(isLong(path.read()), isLong(path.write())).anyMatch((tooLong) -> tooLong))
			.map((path) -> Objects.requireNonNullElse(path.pattern(), ""))
			.toList();
		HardeningCheck.Subject subject = of("paths").value(patterns);
		return endless.isEmpty()
				? subject.pass(patterns.isEmpty() ? "All paths have the same deadlines."
						: "Some paths have deadlines of their own.")
				: subject.warn("Clients may wait longer than an hour on %s.".formatted(String.join(", ", endless)),
						"Set '%spaths[].read' and '.write' there to less.".formatted(PREFIX));
	}

	private static boolean isLong(@Nullable Duration duration) {
		return duration != null && duration.compareTo(HOUR) > 0;
	}

	private HardeningCheck bodyBuffer() {
		HardeningCheck.Subject subject = of("body-buffer").value(this.properties.bodyBuffer());
		return (this.properties.bodyBuffer().toBytes() > 0)
				? subject.pass("A small body that comes slowly takes no worker thread.")
				: subject.warn("Every slow upload takes a worker thread while it lasts.",
						"Remove '" + PREFIX + "body-buffer'.");
	}

	private HardeningCheck waitingWorkers() {
		HardeningCheck.Subject subject = of("max-waiting-workers").value(this.properties.maxWaitingWorkers());
		return (this.properties.maxWaitingWorkers() > 0)
				? subject.pass("Threads that wait for slow clients are replaced.")
				: subject.warn("As many slow clients as there are worker threads stop the server.",
						"Remove '" + PREFIX + "max-waiting-workers'.");
	}

	/**
	 * Timers of Undertow that are in the way of the deadlines.
	 */
	private HardeningCheck undertowTimers() {
		List<String> set = Stream.of(UndertowTimeoutCustomizer.IDLE_TIMEOUT, UndertowTimeoutCustomizer.READ_TIMEOUT)
			.filter(this.environment::containsProperty)
			.toList();
		HardeningCheck.Subject subject = HardeningCheck
			.of("undertow-timers", set.isEmpty() ? UndertowTimeoutCustomizer.IDLE_TIMEOUT : set.get(0),
					"Undertow's IdleTimeoutConduit and ReadTimeoutStreamSourceConduit")
			.value(set);
		return set.isEmpty() ? subject.pass("No timer of Undertow is in the way.") : subject.warn(
				"They come on top of these deadlines, and win where they are shorter: they end HTTP/2 connections that work.",
				"Remove %s.".formatted(String.join(" and ", set)));
	}

}
