package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

import io.github.hardenedhttp.sample.Attackers.Pace;
import io.github.hardenedhttp.sample.Attackers.Tally;
import io.github.hardenedhttp.sample.HonestVisitor.Visits;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 2,000 attackers, or half of them, from one address, a server that may have 512
 * descriptors, and one honest visitor from another address, on a new connection each
 * time. Who is cut comes again a second later.
 * <p>
 * The long form is {@code -Ddescriptors.seconds=60}, and holds the server to its figures;
 * they are in {@code target/it/descriptors.md}. The short form has half the attackers,
 * and allows for the other things the machine of a build does.
 */
@OnOneJava
@EnabledOnOs(OS.LINUX)
@TestInstance(Lifecycle.PER_CLASS)
class DescriptorLimitIT {

	private static final int DESCRIPTORS = 512;

	private static final int SECONDS = Integer.getInteger("descriptors.seconds", 0);

	private static final boolean LONG = SECONDS > 0;

	private static final int ATTACKERS = LONG ? 2000 : 1000;

	private static final Duration ATTACK = Duration.ofSeconds(LONG ? SECONDS : 4);

	private static final Duration INTERVAL = Duration.ofMillis(LONG ? 1000 : 250);

	private static final Duration QUIET = Duration.ofSeconds(3);

	// As fast as this machine shakes hands with itself.
	private static final Duration ARRIVAL = Duration.ofSeconds(60);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final double NOTICED_MILLIS = LONG ? 1000 : 3000;

	private static final double QUIET_PERCENT = LONG ? 5 : 20;

	private static final Pace PACE = new Pace(Duration.ofNanos(500_000), Duration.ofSeconds(1));

	private static final List<String> TO_BE_SPARED = List.of("evicted", "handshake-timeout", "header-timeout", "idle");

	private static final Path REPORT = Path.of("target", "it", "descriptors.md");

	private final SSLContext attackersContext = Trusting.context();

	private final SSLContext visitorsContext = Trusting.context();

	private RunningSample sample;

	@BeforeAll
	void start() {
		this.sample = RunningSample.startUnderLimit(DESCRIPTORS, List.of());
		// Longer than the short form needs: the compilers are to be done with it.
		try (HonestVisitor visitor = visitor()) {
			visitor.visit(Duration.ofSeconds(5), Duration.ofMillis(20));
		}
	}

	@Test
	void halfHandshakesAndHalfHeadersKeepNobodyOut() {
		survive(Attack.HALF_CLIENT_HELLO, Attack.HEADER_STALLED);
	}

	@Test
	void idleConnectionsKeepNobodyOut() {
		survive(Attack.IDLE_CONNECTION);
	}

	@Test
	void slowBodiesAndSlowReadersKeepNobodyOut() {
		survive(Attack.SMALL_BODY_STALLED, Attack.SMALL_BODY_DRIPPED, Attack.READER_STALLED);
	}

	@Test
	void idleHttp2ConnectionsKeepNobodyOut() {
		survive(Attack.H2_IDLE_WITH_PING);
	}

	@Test
	void fourHundredFilesOfTheApplicationKeepNobodyOut() {
		openFiles(400);
		survive(Attack.HALF_CLIENT_HELLO, Attack.HEADER_STALLED, Attack.IDLE_CONNECTION, Attack.H2_IDLE_WITH_PING);
	}

	@AfterEach
	void closeFiles() {
		openFiles(0);
	}

	@AfterAll
	void stop() {
		this.sample.close();
	}

	/**
	 * Nobody else is there: each end the server counts is one that an attacker has seen.
	 */
	@Test
	void theServerCountsWhatTheAttackersCount() {
		assertThat(within(PATIENCE, () -> Book.of(this.sample).open() == 0)).isTrue();
		Book before = Book.of(this.sample);
		List<Attack> attacks = attackers(600, Attack.HALF_CLIENT_HELLO, Attack.HEADER_STALLED, Attack.IDLE_CONNECTION,
				Attack.H2_IDLE_WITH_PING);
		try (Attackers attackers = loose(this.sample.httpsPort(), attacks)) {
			within(ARRIVAL, () -> attackers.tally().connections() >= attacks.size());
			attackers.relent();
			// Looked at once more, either could have gone on by then.
			AtomicReference<Tally> looked = new AtomicReference<>();
			AtomicReference<Book> read = new AtomicReference<>();
			within(PATIENCE, () -> {
				looked.set(attackers.tally());
				read.set(Book.of(this.sample).since(before));
				return agree(looked.get(), read.get());
			});
			Tally tally = looked.get();
			Book book = read.get();
			report("counts: attackers %s, server %s", tally, book);
			assertThat(book.closed()).containsKey("evicted");
			assertThat(book.cuts()).as("ends, %s, %s", book, tally).isEqualTo(tally.ends());
			assertThat(book.opened()).as("opened, %s, %s", book, tally).isEqualTo(tally.connections());
			assertThat(book.open()).as("open, %s, %s", book, tally).isEqualTo(tally.open());
		}
	}

	private static boolean agree(Tally tally, Book book) {
		return book.cuts() == tally.ends() && book.opened() == tally.connections() && book.open() == tally.open();
	}

	@Test
	void whoOnlyObservesClosesNothingAndCountsWhatItWouldHaveClosed() {
		List<Attack> attacks = attackers(200, Attack.HALF_CLIENT_HELLO, Attack.HEADER_STALLED, Attack.IDLE_CONNECTION,
				Attack.H2_IDLE_WITH_PING);
		try (RunningSample observer = RunningSample.start("--hardened.mode=observe", "--hardened.connection.max=50",
				"--hardened.timeout.handshake=2s", "--hardened.timeout.read-header=2s", "--hardened.timeout.idle=2s");
				Attackers attackers = loose(observer.httpsPort(), attacks)) {
			within(PATIENCE, () -> {
				Book book = Book.of(observer);
				return book.open() == attacks.size() && book.spared().keySet().containsAll(TO_BE_SPARED);
			});
			Book book = Book.of(observer);
			report("observe: attackers %s, server %s", attackers.tally(), book);
			assertThat(book.spared()).as("spared, %s", book).containsKeys(TO_BE_SPARED.toArray(String[]::new));
			assertThat(book.open()).as("open, %s", book).isEqualTo(attacks.size());
			assertThat(book.closed()).isEmpty();
			assertThat(attackers.tally().cuts()).isZero();
		}
	}

	/**
	 * The limit of connections is one for both, and so must be what is left to the
	 * system.
	 */
	@Test
	void bothPortsAtATimeKeepNobodyOut() {
		try (Attackers others = loose(this.sample.redirectPort(), attackers(ATTACKERS, Attack.SILENT_CONNECT))) {
			survive(others::relent, Attack.HALF_CLIENT_HELLO, Attack.HEADER_STALLED);
			assertThat(others.tally().cuts()).isGreaterThan(ATTACKERS / 2);
		}
	}

	private void survive(Attack... kinds) {
		survive(() -> {
		}, kinds);
	}

	private void survive(Runnable relent, Attack... kinds) {
		Book before = Book.of(this.sample);
		int said = this.sample.output().length();
		List<Attack> attacks = attackers(ATTACKERS, kinds);
		try (HonestVisitor visitor = visitor(); Attackers attackers = loose(this.sample.httpsPort(), attacks)) {
			boolean arrived = within(ARRIVAL, () -> attackers.tally().connections() >= ATTACKERS);
			long[] most = new long[1];
			List<String> health = new ArrayList<>();
			long end = System.nanoTime() + ATTACK.toNanos();
			Duration cpu = cpu();
			// Whoever looks after the server sees it, too: fails if nobody answers.
			CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> {
				do {
					health.add(Vitals.get(this.sample, "health"));
					pause(INTERVAL);
				}
				while (System.nanoTime() - end < 0);
			});
			Visits visits = visitor.visit(() -> {
				most[0] = Math.max(most[0], descriptors());
				return System.nanoTime() - end >= 0;
			}, INTERVAL);
			looking.join();
			double busy = percent(cpu, ATTACK);
			attackers.relent();
			relent.run();
			// Those who were on their way have come, and been received.
			pause(Duration.ofSeconds(2));
			int held = attackers.tally().open();
			cpu = cpu();
			pause(QUIET);
			double quiet = percent(cpu, QUIET);
			Tally tally = attackers.tally();
			Book book = Book.of(this.sample).since(before);
			report("%s: visits %d, failed %s, p50 %.1f p99 %.1f max %.1f ms; %d connections, %d cuts; most descriptors %d; "
					+ "CPU %.1f %%, with %d held %.2f %%; closed %s", List.of(kinds), visits.asked(), visits.failures(),
					visits.millis(0.5), visits.millis(0.99), visits.millis(1), tally.connections(), tally.cuts(),
					most[0], busy, held, quiet, book.closed());
			SoftAssertions.assertSoftly((softly) -> {
				softly.assertThat(arrived).as("all attackers have come").isTrue();
				softly.assertThat(visits.failures()).isEmpty();
				softly.assertThat(health).isNotEmpty().allMatch((answer) -> answer.contains("\"status\""));
				softly.assertThat(visits.millis(0.99)).as("p99, in milliseconds").isLessThan(NOTICED_MILLIS);
				softly.assertThat(most[0]).as("descriptors").isBetween(1L, DESCRIPTORS - 1L);
				softly.assertThat(tally.cuts()).isGreaterThan(ATTACKERS / 2);
				// A visitor's connection may be taken for idle after its answer.
				softly.assertThat(book.closed()).containsKey("evicted");
				softly.assertThat(held).as("attackers held").isPositive();
				softly.assertThat(quiet).as("percent of a core while they are held").isLessThan(QUIET_PERCENT);
				softly.assertThat(this.sample.output().substring(said)).doesNotContain("Too many open files");
			});
		}
		assertThat(within(PATIENCE, () -> Book.of(this.sample).open() == 0)).as("all are gone").isTrue();
	}

	private HonestVisitor visitor() {
		return HonestVisitor.alwaysNew("127.0.0.2", this.sample.httpsPort(), this.visitorsContext);
	}

	private Attackers loose(int port, List<Attack> attacks) {
		return Attackers.loose(port, this.attackersContext, PACE, attacks);
	}

	private static List<Attack> attackers(int count, Attack... kinds) {
		return IntStream.range(0, count).mapToObj((i) -> kinds[i % kinds.length]).toList();
	}

	private void openFiles(int count) {
		try {
			URL url = URI.create("https://localhost:%d/files?count=%d".formatted(this.sample.httpsPort(), count))
				.toURL();
			HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
			connection.setSSLSocketFactory(this.visitorsContext.getSocketFactory());
			connection.setRequestMethod("POST");
			connection.setRequestProperty("Connection", "close");
			connection.setReadTimeout((int) PATIENCE.toMillis());
			assertThat(connection.getResponseCode()).isEqualTo(200);
			connection.disconnect();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private long descriptors() {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/%d/fd".formatted(this.sample.handle().pid())))) {
			return descriptors.count();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private Duration cpu() {
		return this.sample.handle().info().totalCpuDuration().orElseThrow();
	}

	private double percent(Duration since, Duration time) {
		return 100.0 * cpu().minus(since).toNanos() / time.toNanos();
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

	private static void report(String format, Object... values) {
		String line = String.format(Locale.ROOT, format, values);
		try {
			Files.createDirectories(REPORT.getParent());
			Files.writeString(REPORT, "- " + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		System.out.println(line);
	}

}
