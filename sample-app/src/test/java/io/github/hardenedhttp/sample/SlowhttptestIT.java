package io.github.hardenedhttp.sample;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

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
@OnOneJava
@TestInstance(Lifecycle.PER_CLASS)
class SlowhttptestIT {

	private static final int CONNECTIONS = 1000;

	// At 250 a second, on a machine that does other things, too.
	private static final Duration OPENING = Duration.ofSeconds(40);

	// The longest of the three, and 5 seconds.
	private static final Duration DEADLINE = Duration.ofSeconds(10 + 5);

	private static final Pattern OPENED = Pattern.compile("initializing: +0\\s+pending: +0\\s+connected: +\\d+");

	private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

	// Sockets that come and go by themselves.
	private static final int SLACK = 8;

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
		String command = "ulimit -n 4096 && exec slowhttptest -c %d -r 250 -l 60 -p 5 %s -u https://localhost:%d%s"
			.formatted(CONNECTIONS, arguments, sample.httpsPort(), path);
		try (HonestVisitor visitor = new HonestVisitor(sample.httpsPort(), Trusting.context())) {
			visitor.visit(Duration.ofSeconds(2), Duration.ofMillis(50));
			visitor.forget();
			Vitals before = Vitals.of(sample);
			AtomicBoolean over = new AtomicBoolean();
			try (Tool.Running attack = shell.start("-c", command)) {
				CompletableFuture<Visits> visiting = CompletableFuture
					.supplyAsync(() -> visitor.visit(over::get, Duration.ofMillis(100)));
				boolean opened = within(OPENING, () -> isOpened(attack.output()));
				boolean gone = within(DEADLINE, () -> isBack(before, Vitals.of(sample)));
				over.set(true);
				Visits visits = visiting.join();
				Vitals after = Vitals.of(sample);
				System.out.printf(Locale.ROOT, "slowhttptest %s: visits %.1f %%, p99 %.0f ms, before %s, after %s%n",
						mode, visits.success(), visits.millis(0.99), before, after);
				assertThat(opened).as(attack.output()).isTrue();
				assertThat(visits.failures()).isEmpty();
				assertThat(gone).as("before " + before + ", after " + after).isTrue();
			}
		}
	}

	/**
	 * The visitor keeps a connection or more.
	 */
	private static boolean isBack(Vitals before, Vitals now) {
		return now.waitingWorkers() == 0 && now.sockets() <= before.sockets() + SLACK;
	}

	// It says how far it is every five seconds.
	private static boolean isOpened(String output) {
		int status = output.lastIndexOf("slow HTTP test status");
		return status >= 0 && OPENED.matcher(COLOUR.matcher(output.substring(status)).replaceAll("")).find();
	}

	private static boolean within(Duration limit, BooleanSupplier condition) {
		long end = System.nanoTime() + limit.toNanos();
		boolean met = condition.getAsBoolean();
		while (!met && System.nanoTime() < end) {
			LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
			met = condition.getAsBoolean();
		}
		return met;
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
