package io.github.hardenedhttp.report;

import java.util.Set;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Writes the report to the log when the application is ready, and has the self-test run.
 */
final class ReportLog implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(HardeningReport.class);

	/**
	 * What would make the line too long. It is told where it does not pass.
	 */
	private static final Set<String> LONG = Set.of("cipher-suites", "server-names", "problems");

	private final Supplier<HardeningReport> reports;

	private final @Nullable SelfTests selfTests;

	private final ApplicationContext context;

	/**
	 * Create the log.
	 * @param reports makes a report
	 * @param selfTests runs the self-test, or {@code null} if there is none
	 * @param context the context whose start is awaited
	 */
	ReportLog(Supplier<HardeningReport> reports, @Nullable SelfTests selfTests, ApplicationContext context) {
		this.reports = reports;
		this.selfTests = selfTests;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() != this.context) {
			return;
		}
		logger.info(ReportText.of(this.reports.get()));
		if (this.selfTests != null) {
			this.selfTests.start();
		}
	}

	/**
	 * Says what the self-test has seen: one line, or a warning if it is not what should
	 * be.
	 * @param report the report with the new result
	 */
	static void selfTested(HardeningReport report) {
		report.rooms().stream().filter((room) -> room.room().equals("self-test")).forEach((room) -> {
			StringBuilder text = new StringBuilder("Self-test: grade ").append(report.grade().letter());
			room.checks()
				.stream()
				.filter((check) -> !LONG.contains(check.name()))
				.forEach((check) -> text.append("; %s %s".formatted(check.name(), check.value())));
			room.notPassed()
				.forEach((check) -> text
					.append("%n  %s %s: %s %s".formatted(check.verdict(), check.name(), check.why(), check.fix())));
			if (room.notPassed().isEmpty()) {
				logger.info(text);
			}
			else {
				logger.warn(text);
			}
		});
	}

}
