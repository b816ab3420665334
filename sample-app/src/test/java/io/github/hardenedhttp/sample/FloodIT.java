package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import io.github.hardenedhttp.sample.Flood.Ending;
import io.github.hardenedhttp.sample.Flooder.Connection;
import io.github.hardenedhttp.sample.Flooder.End;
import io.github.hardenedhttp.sample.HonestVisitor.Visits;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * HTTP/2 floods from 127.0.0.1, and honest visitors from two other addresses of the
 * loopback who do not notice; with the default configuration, and beside it what plain
 * Boot and Undertow in the same jar make of the same flood.
 * <p>
 * The short form lets five of them loose on our server, 2 seconds each, and allows for
 * the other things the machine of a build does. The long form,
 * {@code -Dflood.seconds=30}, is all of them on both servers and gives the figures,
 * {@code -Dflood.kinds=PING,RAPID_RESET} chooses; they are in
 * {@code target/it/floods.md}.
 */
@OnOneJava
@TestInstance(Lifecycle.PER_CLASS)
@EnabledOnOs(OS.LINUX)
class FloodIT {

	private static final int SECONDS = Integer.getInteger("flood.seconds", 0);

	private static final boolean LONG = SECONDS > 0;

	private static final int CONNECTIONS = Integer.getInteger("flood.connections", 4);

	private static final Duration FLOOD = Duration.ofSeconds(LONG ? SECONDS : 2);

	private static final Duration QUIET = Duration.ofSeconds(LONG ? Math.max(10, SECONDS / 2) : 1);

	private static final Duration WARM_UP = Duration.ofSeconds(LONG ? 10 : 4);

	private static final Duration INTERVAL = Duration.ofMillis(50);

	private static final Duration ENOUGH = Duration.ofSeconds(20);

	private static final Duration GRACE = Duration.ofSeconds(LONG ? 3 : 10);

	// A client that reads nothing is ended by the deadline for writing at the latest.
	private static final Duration LONG_GRACE = Duration.ofSeconds(12);

	private static final Duration BOOKED = Duration.ofSeconds(15);

	private static final int FACTOR = 3;

	private static final double NOTICED_MILLIS = LONG ? 30 : 5000;

	private static final Set<Flood> SHORT = EnumSet.of(Flood.RAPID_RESET, Flood.MADE_YOU_RESET_BY_ZERO_WINDOW,
			Flood.PING, Flood.EMPTY_CONTINUATION, Flood.TOO_MANY_STREAMS);

	private static final double MORE_CPU = 1.25;

	private static final double MORE_CPU_SECONDS = 0.5;

	private static final double MORE_MEGABYTES = 64;

	private static final double SERVING_PERCENT = 90;

	private static final Path REPORT = Path.of("target", "it", "floods.md");

	private final SSLContext context = Trusting.context();

	private final Server hardened = new Server("hardened", List.of());

	private final Server plain = new Server("plain",
			List.of("--hardened.enabled=false", "--server.http2.enabled=true"));

	static Stream<Flood> floods() {
		String chosen = System.getProperty("flood.kinds", "");
		return Arrays.stream(Flood.values())
			.filter((flood) -> chosen.isEmpty() ? LONG || SHORT.contains(flood)
					: List.of(chosen.split(",")).contains(flood.name()));
	}

	@ParameterizedTest
	@MethodSource("floods")
	void anHonestVisitorDoesNotNoticeTheFlood(Flood flood) {
		Result plain = LONG ? this.plain.suffer(flood) : null;
		Result hardened = this.hardened.suffer(flood);
		Ending ending = flood.script().ending();
		Flooders.Tally tally = hardened.tally();
		SoftAssertions.assertSoftly((softly) -> {
			hardened.visits().forEach((visitor, visits) -> {
				softly.assertThat(visits.quiet().failures()).as(visitor + " before").isEmpty();
				softly.assertThat(visits.during().failures()).as(visitor + " during the flood").isEmpty();
				softly.assertThat(visits.during().millis(0.99))
					.as("p99 of %s, in milliseconds", visitor)
					.isLessThanOrEqualTo(Math.max(NOTICED_MILLIS, FACTOR * visits.quiet().millis(0.99)));
			});
			// A server that serves nobody needs no processor.
			if (plain != null && plain.isServing()) {
				softly.assertThat(hardened.usage().cpuSeconds())
					.as("processor seconds")
					.isLessThanOrEqualTo(MORE_CPU * plain.usage().cpuSeconds() + MORE_CPU_SECONDS);
			}
			if (plain != null) {
				softly.assertThat(hardened.usage().residentMegabytes())
					.as("megabytes")
					.isLessThanOrEqualTo(Math.max(0, plain.usage().residentMegabytes()) + MORE_MEGABYTES);
			}
			softly.assertThat(tally.connections()).as("connections").isNotEmpty();
			if (ending != Ending.NONE) {
				softly.assertThat(tally.finished())
					.as("connections the server has to end: " + tally.endings())
					.isNotEmpty()
					.allMatch((connection) -> isAsExpected(ending, connection));
			}
			if (ending == Ending.CALM) {
				softly.assertThat(tally.finished())
					.as("connections that were told why: " + tally.endings())
					.anyMatch((connection) -> connection.code() == Frames.ENHANCE_YOUR_CALM);
			}
			if (ending == Ending.CALM || ending == Ending.CUT) {
				// Whoever left at the same moment may have been ended, too.
				softly.assertThat(hardened.closed().getOrDefault("h2-flood", 0L))
					.as("connections ended as a flood, of " + hardened.closed())
					.isBetween(tally.finished().count(), (long) tally.connections().size());
			}
		});
	}

	private static boolean isAsExpected(Ending ending, Connection connection) {
		boolean ended = connection.end() != End.NEVER;
		return switch (ending) {
			// Who goes on sending can lose the last word to the reset that follows.
			case CALM -> ended && (connection.code() == Frames.ENHANCE_YOUR_CALM || connection.end() == End.RESET);
			case GOAWAY -> ended && connection.code() > Frames.NO_ERROR;
			case GOODBYE -> ended && connection.code() == Frames.NO_ERROR;
			case REFUSAL -> connection.code() == Frames.ENHANCE_YOUR_CALM
					|| connection.resets().getOrDefault(Frames.REFUSED_STREAM, 0) >= connection.events() - 100;
			case CUT -> ended;
			case NONE -> true;
		};
	}

	@AfterAll
	void stop() {
		this.plain.stop();
		this.hardened.stop();
	}

	/**
	 * A sample that is started when it is needed, and anew when it is dead.
	 */
	private final class Server {

		private final String name;

		private final List<String> arguments;

		private RunningSample sample;

		Server(String name, List<String> arguments) {
			this.name = name;
			this.arguments = arguments;
		}

		Result suffer(Flood flood) {
			RunningSample sample = sample();
			try (HonestVisitor http1 = HonestVisitor.alwaysNew("127.0.0.2", sample.httpsPort(), FloodIT.this.context);
					HonestVisitor http2 = HonestVisitor.http2("127.0.0.3", sample.httpsPort(), FloodIT.this.context)) {
				Map<String, Visits> quiet = visit(http1, http2, QUIET);
				Book book = book();
				Usage before = Usage.of(sample.handle());
				try (Flooders flooders = Flooders.loose(sample.httpsPort(), FloodIT.this.context, CONNECTIONS, flood)) {
					CompletableFuture<Usage> used = CompletableFuture.supplyAsync(
							() -> Usage.of(sample.handle()).since(before),
							CompletableFuture.delayedExecutor(FLOOD.toMillis(), TimeUnit.MILLISECONDS));
					// Whoever waits then waits on under the flood.
					Map<String, Visits> during = visit(http1, http2, FLOOD);
					Usage usage = used.join();
					awaitEnough(flooders);
					Flooders.Tally tally = flooders.relent(grace(flood));
					Map<String, Long> closed = closedSince(book, tally);
					Map<String, Visited> visits = Map.of("HTTP/1.1", new Visited(quiet.get("1"), during.get("1")),
							"HTTP/2", new Visited(quiet.get("2"), during.get("2")));
					Result result = new Result(visits, usage, tally, closed);
					report(flood, this.name, result);
					return result;
				}
			}
		}

		/**
		 * On a busy machine nobody is as fast as he would like to be.
		 */
		private void awaitEnough(Flooders flooders) {
			long deadline = System.nanoTime() + ENOUGH.toNanos();
			while (this == FloodIT.this.hardened && !flooders.haveDoneEnough() && System.nanoTime() < deadline) {
				LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
			}
		}

		private Duration grace(Flood flood) {
			if (this == FloodIT.this.plain) {
				return Duration.ZERO;
			}
			return switch (flood.script().ending()) {
				case NONE, REFUSAL -> Duration.ZERO;
				case CALM, GOAWAY, GOODBYE -> GRACE;
				case CUT -> LONG_GRACE;
			};
		}

		private Map<String, Visits> visit(HonestVisitor http1, HonestVisitor http2, Duration time) {
			CompletableFuture<Visits> first = CompletableFuture.supplyAsync(() -> http1.visit(time, INTERVAL));
			Visits second = http2.visit(time, INTERVAL);
			return Map.of("1", first.join(), "2", second);
		}

		/**
		 * Plain Undertow keeps none.
		 */
		private Book book() {
			return (this == FloodIT.this.hardened) ? Book.of(this.sample) : new Book(0, 0, 0, Map.of(), Map.of());
		}

		/**
		 * The server may close a connection later than the client sees its end.
		 */
		private Map<String, Long> closedSince(Book before, Flooders.Tally tally) {
			long deadline = System.nanoTime() + BOOKED.toNanos();
			try {
				Map<String, Long> closed = book().since(before).closed();
				while (this == FloodIT.this.hardened && closed.getOrDefault("h2-flood", 0L) < tally.finished().count()
						&& System.nanoTime() < deadline) {
					LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
					closed = book().since(before).closed();
				}
				return closed;
			}
			catch (AssertionError ex) {
				return Map.of("the server does not say", 0L);
			}
		}

		private RunningSample sample() {
			if (this.sample != null && !isHealthy()) {
				System.out.println(this.name + " does not answer any more");
				stop();
			}
			if (this.sample == null) {
				List<String> all = new ArrayList<>(Certificates.of(KeyType.ECDSA).arguments());
				all.addAll(this.arguments);
				this.sample = RunningSample.startAtFullSpeed(all);
				try (HonestVisitor http1 = HonestVisitor.alwaysNew("127.0.0.2", this.sample.httpsPort(),
						FloodIT.this.context);
						HonestVisitor http2 = HonestVisitor.http2("127.0.0.3", this.sample.httpsPort(),
								FloodIT.this.context)) {
					visit(http1, http2, WARM_UP);
				}
			}
			return this.sample;
		}

		private boolean isHealthy() {
			try (HonestVisitor visitor = HonestVisitor.alwaysNew("127.0.0.2", this.sample.httpsPort(),
					FloodIT.this.context)) {
				return visitor.visit(Duration.ofMillis(500), INTERVAL).failures().isEmpty();
			}
		}

		void stop() {
			if (this.sample != null) {
				this.sample.close();
				this.sample = null;
			}
		}

	}

	private static void report(Flood flood, String server, Result result) {
		String visits = Stream.of("HTTP/1.1", "HTTP/2").map((visitor) -> {
			Visited visited = result.visits().get(visitor);
			return String.format(Locale.ROOT, "%.1f %% | %.1f / %.1f | %.1f / %.1f", visited.during().success(),
					visited.quiet().millis(0.5), visited.quiet().millis(0.99), visited.during().millis(0.5),
					visited.during().millis(0.99));
		}).reduce((first, second) -> first + " | " + second).orElseThrow();
		Flooders.Tally tally = result.tally();
		String line = String.format(Locale.ROOT, "| %s | %s | %.2f | %.0f | %s | %d | %d | %d | %d | %s | %s | %s |",
				flood, server, result.usage().cpuSeconds(), result.usage().residentMegabytes(), visits,
				tally.connections().size(), tally.events(), tally.most(), tally.answers(), tally.endings(),
				tally.resets(), result.closed());
		try {
			Files.createDirectories(REPORT.getParent());
			if (!Files.exists(REPORT)) {
				Files.writeString(REPORT,
						"""
								%d flooders for %d s each; processor seconds and growth of RSS in MB while they last; milliseconds p50 / p99.

								| flood | server | CPU s | RSS MB | HTTP/1.1 success | quiet | flooded | HTTP/2 success | quiet | flooded \
								| connections | events | most on one | answers | ended with | resets | closed by the server |
								|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
								"""
							.formatted(CONNECTIONS, FLOOD.toSeconds()));
			}
			Files.writeString(REPORT, line + "\n", StandardOpenOption.APPEND);
			System.out.println(line);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private record Visited(Visits quiet, Visits during) {

	}

	/**
	 * What came of a flood.
	 *
	 * @param visits by visitor
	 * @param usage of the server
	 * @param tally of the flooders
	 * @param closed connections the server has closed, by the reason
	 */
	private record Result(Map<String, Visited> visits, Usage usage, Flooders.Tally tally, Map<String, Long> closed) {

		boolean isServing() {
			return this.visits.values().stream().allMatch((visited) -> visited.during().success() > SERVING_PERCENT);
		}

	}

}
