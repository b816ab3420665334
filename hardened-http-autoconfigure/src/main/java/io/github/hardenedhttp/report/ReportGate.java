package io.github.hardenedhttp.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.hardenedhttp.checks.FailOn;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.report.HardeningReport.Check;
import io.github.hardenedhttp.report.HardeningReport.Room;
import io.github.hardenedhttp.undertow.GuardMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Stops the start for what the report says, when all beans are made and before a port is
 * opened. The self-test comes later and stops nothing.
 */
final class ReportGate implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(HardeningReport.class);

	private final FailOn failOn;

	private final GuardMode mode;

	private final Supplier<HardeningReports> reports;

	ReportGate(FailOn failOn, GuardMode mode, Supplier<HardeningReports> reports) {
		this.failOn = failOn;
		this.mode = mode;
		this.reports = reports;
	}

	/**
	 * Looks before there is a server, for Boot cannot take down one that was never
	 * started without a stack trace. What is mapped is not known yet.
	 */
	void beforeServer() {
		if (this.mode == GuardMode.ENFORCE) {
			check((room) -> !room.equals("exposure"));
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		check((room) -> true);
	}

	private void check(Predicate<String> wanted) {
		if (this.failOn == FailOn.NEVER) {
			return;
		}
		List<Room> stopping = this.reports.get()
			.make(wanted)
			.rooms()
			.stream()
			.map((room) -> new Room(room.room(), room.verdict(), room.checks().stream().filter(this::stops).toList()))
			.filter((room) -> !room.checks().isEmpty())
			.toList();
		if (stopping.isEmpty()) {
			return;
		}
		WeakServerException failure = new WeakServerException(this.failOn.name().toLowerCase(Locale.ROOT), stopping);
		if (this.mode == GuardMode.ENFORCE) {
			throw failure;
		}
		logger.warn("The start would have failed. %s%n%s".formatted(WeakServerFailureAnalyzer.describe(failure),
				WeakServerFailureAnalyzer.advise(failure)));
	}

	private boolean stops(Check check) {
		return this.failOn.stops(Verdict.valueOf(check.verdict().toUpperCase(Locale.ROOT)));
	}

}
