package io.github.hardenedhttp.sample;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.github.hardenedhttp.sample.HonestVisitor.Visits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The attacks everybody has at hand, with 1,000 connections, while a visitor asks all the
 * time. With the default configuration.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SlowhttptestIT {

	// After the last connection was opened: the longest deadline of the three, and more.
	private static final Duration DEADLINE = Duration.ofSeconds(10 + 5);

	private static final int RATE = 250;

	private static final int CONNECTIONS = 1000;

	private static final Duration OPENING = Duration.ofSeconds(CONNECTIONS / RATE);

	// Sockets that come and go by themselves.
	private static final int SLACK = 4;

	private RunningSample sample;

	/**
	 * Each opens a thousand connections, and none anew. Those that read slowly do not see
	 * themselves that they are gone, so the server is asked.
	 * @param mode what is slow
	 * @param arguments how it is slow
	 */
	@ParameterizedTest
	@CsvSource({ "header, -H -i 3", "body, -B -i 2 -s 200000 -x 10", "reading, -X -w 1 -y 2 -n 5 -z 32 -k 1" })
	void aThousandConnectionsAreGoneByTheirDeadlineAndNobodyElseNoticesThem(String mode, String arguments) {
		Tool shell = Tool.find("sh");
		Tool.find("slowhttptest");
		RunningSample sample = sample();
		String path = switch (mode) {
			case "header" -> "/hello";
			case "body" -> "/length";
			default -> "/large";
		};
		// A descriptor for each connection, and some.
		String command = "ulimit -n 4096 && exec slowhttptest -c %d -r %d -l 60 -p 5 %s -u https://localhost:%d%s"
			.formatted(CONNECTIONS, RATE, arguments, sample.httpsPort(), path);
		try (HonestVisitor visitor = new HonestVisitor(sample.httpsPort(), Trusting.context())) {
			visitor.visit(Duration.ofSeconds(2), Duration.ofMillis(50));
			visitor.forget();
			Vitals before = Vitals.of(sample);
			try (Tool.Running attack = shell.start("-c", command)) {
				Visits visits = visitor.visit(OPENING.plus(DEADLINE), Duration.ofMillis(100));
				Vitals after = Vitals.of(sample);
				System.out.printf(Locale.ROOT, "slowhttptest %s: visits %.1f %%, p99 %.0f ms, before %s, after %s%n",
						mode, visits.success(), visits.millis(0.99), before, after);
				assertThat(attack.output()).as("all connections were opened")
					.containsPattern("(?s)pending:\\D*\\[1;32m +0\\D");
				assertThat(visits.failures()).isEmpty();
				assertThat(after.waitingWorkers()).isZero();
				assertThat(after.sockets()).as("before " + before + ", after " + after)
					.isLessThanOrEqualTo(before.sockets() + SLACK);
			}
		}
	}

	private RunningSample sample() {
		if (this.sample == null) {
			this.sample = RunningSample.startAtFullSpeed(List.of());
		}
		return this.sample;
	}

	@AfterAll
	void stop() {
		if (this.sample != null) {
			this.sample.close();
		}
	}

}
