package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.github.hardenedhttp.sample.Attack.Phase;
import io.github.hardenedhttp.sample.HonestVisitor.Visits;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 300 attackers, and one honest visitor who does not notice. With the default
 * configuration.
 * <p>
 * The short form has the attacks of one phase run together. The long form,
 * {@code -Dsurvival.seconds=60}, has each run alone for that time, or those named in
 * {@code -Dsurvival.attacks=READER_STALLED,H2_PREFACE_ONLY}; the figures are in
 * {@code target/it/survival.md}. Each attacker has an address of its own, unless
 * {@code -Dsurvival.addresses=1} says otherwise; in the short form those who send bodies
 * have one together. The visitor's is another. {@code -Dsample.jar} takes another jar,
 * and {@code -Dsurvival.arguments} gives it properties.
 */
@OnOneJava
@BothSamples
@TestInstance(Lifecycle.PER_CLASS)
class SurvivalIT {

	private static final int ATTACKERS = Integer.getInteger("survival.attackers", 300);

	private static final int ADDRESSES = Integer.getInteger("survival.addresses", ATTACKERS);

	private static final int SECONDS = Integer.getInteger("survival.seconds", 0);

	private static final boolean LONG = SECONDS > 0;

	private static final Duration ATTACK = Duration.ofSeconds(LONG ? SECONDS : 4);

	private static final Duration QUIET = Duration.ofSeconds(LONG ? Math.max(10, SECONDS / 2) : 3);

	private static final Duration ARRIVAL = Duration.ofSeconds(10);

	private static final Duration INTERVAL = Duration.ofMillis(100);

	private static final Duration AFTERMATH = Duration.ofSeconds(5);

	private static final int FACTOR = 3;

	// The machine of a build does other things, too; a server that has lost answers late
	// by seconds, or not at all.
	private static final double NOTICED_MILLIS = LONG ? 50 : 2000;

	// Threads and sockets that come and go by themselves.
	private static final int SLACK = 4;

	private static final Path REPORT = Path.of("target", "it", "survival.md");

	private final SSLContext attackersContext = Trusting.context();

	private RunningSample sample;

	static Stream<Named<List<Attack>>> attacks() {
		if (!LONG) {
			return Stream
				.of(List.of(Phase.HANDSHAKE, Phase.READ_HEADER), List.of(Phase.READ), List.of(Phase.WRITE),
						List.of(Phase.IDLE))
				.map((phases) -> Named.of(phases.toString(),
						Arrays.stream(Attack.values())
							.filter((attack) -> attack != Attack.H2_HUNDRED_BODIES_DRIPPED)
							.filter((attack) -> phases.contains(attack.script().phase()))
							.toList()));
		}
		String chosen = System.getProperty("survival.attacks", "");
		return Arrays.stream(Attack.values())
			.filter((attack) -> attack != Attack.H2_HUNDRED_BODIES_DRIPPED)
			.filter((attack) -> chosen.isEmpty() || List.of(chosen.split(",")).contains(attack.name()))
			.map((attack) -> Named.of(attack.name(), List.of(attack)));
	}

	@ParameterizedTest
	@MethodSource("attacks")
	void anHonestVisitorDoesNotNoticeTheAttackers(List<Attack> attacks) {
		survive(IntStream.range(0, ATTACKERS).mapToObj((i) -> attacks.get(i % attacks.size())).toList(), false);
	}

	/**
	 * Plain Undertow is dead after this: all its workers wait for ever on a connection
	 * that no longer exists.
	 */
	@Test
	void aHundredBodiesOnOneConnectionThatIsGoneThenTakeNoWorkerWithThem() {
		survive(List.of(Attack.H2_HUNDRED_BODIES_DRIPPED), true);
	}

	private void survive(List<Attack> attacks, boolean leave) {
		Phase phase = attacks.stream().map((attack) -> attack.script().phase()).max(Enum::compareTo).orElseThrow();
		RunningSample sample = sample();
		try (HonestVisitor visitor = new HonestVisitor(sample.httpsPort(), Trusting.context())) {
			visitor.visit(Duration.ofSeconds(4), Duration.ofMillis(20));
			visitor.forget();
			Vitals.fillPool(sample);
			Vitals before = Vitals.of(sample);
			Visits quiet = visitor.visit(QUIET, INTERVAL);
			Cpu cpu = Cpu.now(sample);
			Attackers attackers = Attackers.looseFrom(addresses(phase), sample.httpsPort(), this.attackersContext,
					attacks);
			try (attackers) {
				within(ARRIVAL, () -> attackers.tally().connections() >= attacks.size());
				int arrived = attackers.tally().open();
				Visits during = visitor.visit(ATTACK, INTERVAL);
				String shares = cpu.since(sample);
				attackers.relent();
				if (leave) {
					attackers.close();
				}
				visitor.forget();
				long end = System.nanoTime();
				boolean workersFree = within(limit(phase, Phase.WRITE).plus(AFTERMATH),
						() -> Vitals.waitingWorkers(sample) == 0);
				double workersAfter = (System.nanoTime() - end) / 1e9;
				if (phase == Phase.IDLE && !LONG) {
					attackers.close();
				}
				boolean normal = within(phase.limit().plus(AFTERMATH), () -> isBack(before, Vitals.of(sample)));
				double normalAfter = (System.nanoTime() - end) / 1e9;
				Vitals after = Vitals.of(sample);
				Attackers.Tally tally = attackers.tally();
				Visits later = visitor.visit(Duration.ofSeconds(1), INTERVAL);
				report("| %s | %d | %.1f %% | %.1f / %.1f | %.1f / %.1f / %.1f | %.1f | %d | %d | %.1f s | %s | %s | %s %s | %s |",
						name(attacks), arrived, during.success(), quiet.millis(0.5), quiet.millis(0.99),
						during.millis(0.5), during.millis(0.99), during.millis(1),
						during.millis(0.99) / quiet.millis(0.99), tally.connections(), tally.cuts(),
						tally.longestHold().toMillis() / 1e3, seconds(workersFree, workersAfter),
						seconds(normal, normalAfter), before, after, shares);
				SoftAssertions.assertSoftly((softly) -> {
					softly.assertThat(quiet.failures()).as("before").isEmpty();
					softly.assertThat(during.failures()).as("during the attack").isEmpty();
					softly.assertThat(later.failures()).as("after the attack").isEmpty();
					softly.assertThat(during.millis(0.99))
						.as("p99 during the attack, in milliseconds")
						.isLessThanOrEqualTo(Math.max(NOTICED_MILLIS, FACTOR * quiet.millis(0.99)));
					softly.assertThat(workersFree).as("no worker waits for an attacker: " + after).isTrue();
					softly.assertThat(normal).as("before " + before + ", after " + after).isTrue();
				});
			}
			catch (AssertionError ex) {
				// The next attack finds a healthy server.
				stop();
				throw ex;
			}
		}
	}

	private static int addresses(Phase phase) {
		return (!LONG && phase == Phase.READ) ? 1 : ADDRESSES;
	}

	private static Duration limit(Phase phase, Phase most) {
		return (phase.compareTo(most) < 0) ? phase.limit() : most.limit();
	}

	private static boolean isBack(Vitals before, Vitals now) {
		return now.sockets() <= before.sockets() + SLACK && now.threads() <= before.threads() + SLACK;
	}

	private static String name(List<Attack> attacks) {
		List<Attack> kinds = attacks.stream().distinct().toList();
		return (kinds.size() == 1) ? kinds.get(0).name() : kinds.size() + " kinds from " + kinds.get(0);
	}

	private static String seconds(boolean happened, double seconds) {
		return String.format(Locale.ROOT, "%s%.1f s", happened ? "" : "NOT within ", seconds);
	}

	private static void report(String format, Object... values) {
		try {
			Files.createDirectories(REPORT.getParent());
			if (!Files.exists(REPORT)) {
				Files.writeString(REPORT, """
						| attack | arrived | success | quiet p50 / p99 ms | attacked p50 / p99 / max ms | p99 factor \
						| connections | cuts | longest hold | workers free after | normal after | before, after | CPU |
						|---|---|---|---|---|---|---|---|---|---|---|---|---|
						""");
			}
			String line = String.format(Locale.ROOT, format, values);
			Files.writeString(REPORT, line + "\n", StandardOpenOption.APPEND);
			System.out.println(line);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static boolean within(Duration limit, BooleanSupplier condition) {
		long end = System.nanoTime() + limit.toNanos();
		boolean met = condition.getAsBoolean();
		while (!met && System.nanoTime() < end) {
			pause(Duration.ofMillis(250));
			met = condition.getAsBoolean();
		}
		return met;
	}

	private static void pause(Duration time) {
		long end = System.nanoTime() + time.toNanos();
		for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	private RunningSample sample() {
		if (this.sample == null) {
			String arguments = System.getProperty("survival.arguments", "");
			this.sample = RunningSample
				.startAtFullSpeed(arguments.isEmpty() ? Collections.emptyList() : List.of(arguments.split(" ")));
		}
		return this.sample;
	}

	@AfterAll
	void stop() {
		if (this.sample != null) {
			this.sample.close();
			this.sample = null;
		}
	}

	/**
	 * The processor time of the server, and of these tests: what the attackers take
	 * themselves is not the server's fault.
	 *
	 * @param time the time
	 * @param server of the sample
	 * @param tests of this process
	 */
	private record Cpu(long time, Duration server, Duration tests) {

		static Cpu now(RunningSample sample) {
			return new Cpu(System.nanoTime(), of(sample.handle()), of(ProcessHandle.current()));
		}

		private static Duration of(ProcessHandle process) {
			return process.info().totalCpuDuration().orElse(Duration.ZERO);
		}

		String since(RunningSample sample) {
			Cpu now = now(sample);
			double share = 100.0 / (now.time - this.time);
			return String.format(Locale.ROOT, "server %.0f %%, tests %.0f %%",
					now.server.minus(this.server).toNanos() * share, now.tests.minus(this.tests).toNanos() * share);
		}

	}

}
