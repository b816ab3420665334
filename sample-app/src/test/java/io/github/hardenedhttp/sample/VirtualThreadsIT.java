package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.github.hardenedhttp.sample.Attack.Phase;
import io.github.hardenedhttp.sample.HonestVisitor.Visits;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/**
 * 300 attackers who would hold a thread each, on a server whose requests run on virtual
 * threads. There is no pool to fill; what is tried is that a waiting thread costs no
 * descriptor, that none is left, and that an honest visitor does not notice.
 */
@EnabledForJreRange(min = JRE.JAVA_25)
@EnabledOnOs(OS.LINUX)
class VirtualThreadsIT {

	private static final int ATTACKERS = 300;

	// Those that block a thread: a body under 64 KB is a platform thread's luck only.
	private static final Set<Phase> PHASES = EnumSet.of(Phase.READ, Phase.WRITE);

	private static final Duration ATTACK = Duration.ofSeconds(6);

	private static final Duration INTERVAL = Duration.ofMillis(100);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	// The machine of a build does other things, too; a server that has lost answers late
	// by seconds, or not at all.
	private static final double NOTICED_MILLIS = 2000;

	// Descriptors that come and go by themselves.
	private static final int SLACK = 4;

	private static final Pattern REQUEST_THREAD = Pattern.compile("(?m)^#\\d+ \"undertow-\\d+\".* virtual");

	private static final Path DUMP = Path.of("target", "it", "threads.txt");

	private static RunningSample sample;

	@BeforeAll
	static void start() {
		sample = RunningSample.startAtFullSpeed(List.of("--spring.threads.virtual.enabled=true"));
	}

	@AfterAll
	static void stop() {
		sample.close();
	}

	@Test
	void noThreadAndNoDescriptorStaysWithAnAttacker() {
		List<Attack> kinds = Arrays.stream(Attack.values())
			.filter((attack) -> attack != Attack.H2_HUNDRED_BODIES_DRIPPED)
			.filter((attack) -> PHASES.contains(attack.script().phase()))
			.toList();
		List<Attack> attacks = IntStream.range(0, ATTACKERS).mapToObj((i) -> kinds.get(i % kinds.size())).toList();
		try (HonestVisitor visitor = new HonestVisitor(sample.httpsPort(), Trusting.context())) {
			visitor.visit(Duration.ofSeconds(4), Duration.ofMillis(20));
			visitor.forget();
			Vitals before = Vitals.of(sample);
			try (Attackers attackers = Attackers.looseFrom(ATTACKERS, sample.httpsPort(), Trusting.context(),
					attacks)) {
				boolean arrived = within(PATIENCE, () -> attackers.tally().connections() >= ATTACKERS);
				long threads = requestThreads();
				Visits visits = visitor.visit(ATTACK, INTERVAL);
				Vitals during = Vitals.of(sample);
				attackers.relent();
				visitor.forget();
				boolean free = within(PATIENCE, () -> requestThreads() == 0);
				boolean gone = within(PATIENCE, () -> Vitals.of(sample).sockets() <= before.sockets() + SLACK);
				Vitals after = Vitals.of(sample);
				System.out.printf("Virtual threads: %d under attack; before %s, during %s, after %s; p99 %.1f ms%n",
						threads, before, during, after, visits.millis(0.99));
				SoftAssertions.assertSoftly((softly) -> {
					softly.assertThat(arrived).as("all attackers have come").isTrue();
					softly.assertThat(threads).as("threads the attackers have").isPositive();
					softly.assertThat(visits.failures()).isEmpty();
					softly.assertThat(visits.millis(0.99)).as("p99, in milliseconds").isLessThan(NOTICED_MILLIS);
					softly.assertThat(others(during)).as("descriptors").isLessThanOrEqualTo(others(before) + SLACK);
					softly.assertThat(free).as("no thread is left with an attacker").isTrue();
					softly.assertThat(gone).as("no socket is left to an attacker").isTrue();
					softly.assertThat(others(after)).as("descriptors").isLessThanOrEqualTo(others(before) + SLACK);
				});
			}
		}
	}

	private static int others(Vitals vitals) {
		return vitals.descriptors() - vitals.sockets();
	}

	private static long requestThreads() {
		Tool.at(Path.of(System.getProperty("java.home"), "bin", "jcmd"))
			.run(PATIENCE, Long.toString(sample.handle().pid()), "Thread.dump_to_file", "-overwrite",
					DUMP.toAbsolutePath().toString());
		try {
			return REQUEST_THREAD.matcher(Files.readString(DUMP)).results().count();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static boolean within(Duration limit, BooleanSupplier condition) {
		long end = System.nanoTime() + limit.toNanos();
		boolean met = condition.getAsBoolean();
		while (!met && System.nanoTime() < end) {
			met = condition.getAsBoolean();
		}
		return met;
	}

}
