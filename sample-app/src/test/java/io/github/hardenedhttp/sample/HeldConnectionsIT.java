package io.github.hardenedhttp.sample;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a connection costs that is held open, compared to plain Boot and Undertow in the
 * same jar. Only the long form, {@code -Dheld.connections=19500}: this process and the
 * server need a descriptor for each, and the hard limit is the same for both
 * ({@code ulimit -Hn}). The figures are in {@code target/it/held.md}.
 */
@EnabledOnOs(OS.LINUX)
@EnabledIfSystemProperty(named = "held.connections", matches = "\\d+")
class HeldConnectionsIT {

	private static final int HELD = Integer.getInteger("held.connections", 0);

	private static final int FEW = 100;

	private static final int PER_ADDRESS = 10_000;

	private static final int THREADS = 8;

	private static final int BATCH = 1000;

	private static final int ROUNDS = 5;

	private static final int MOST_BYTES = 1536;

	private static final double LEAST_RATIO = 0.8;

	private static final byte[] REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
		.getBytes(StandardCharsets.ISO_8859_1);

	private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

	private static final Pattern HISTOGRAM = Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+)");

	private static final Path REPORT = Path.of("target", "it", "held.md");

	private final SSLContext context = Trusting.context();

	@Test
	void aHeldConnectionCostsLittleMoreThanWithoutUs() {
		Cost plain = measure("plain", List.of("--hardened.enabled=false", "--server.http2.enabled=true"));
		Cost hardened = measure("hardened",
				List.of("--hardened.connection.max=" + (HELD + 200), "--hardened.timeout.idle=1h",
						"--hardened.timeout.max-waiting-workers=0", "--hardened.filedescriptor.warn-at=99%",
						"--hardened.filedescriptor.fail-at=100%"));
		Map<String, Long> more = new HashMap<>(hardened.classes());
		plain.classes().forEach((name, bytes) -> more.merge(name, -bytes, Long::sum));
		report("more than plain, bytes for each connection:");
		more.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> -Math.abs(entry.getValue())))
			.limit(25)
			.forEach((entry) -> report("    %8.1f %s", (double) entry.getValue() / HELD, entry.getKey()));
		double heap = hardened.heap() - plain.heap();
		report("heap %.0f bytes more for each connection, RSS %.0f", heap, hardened.resident() - plain.resident());
		assertThat(heap).as("bytes of heap").isLessThan(MOST_BYTES);
		assertThat(hardened.manyRate() / hardened.fewRate()).as("rate").isGreaterThan(LEAST_RATIO);
	}

	private Cost measure(String name, List<String> arguments) {
		List<String> all = Certificates.of(KeyType.ECDSA).arguments("--server.undertow.no-request-timeout=1h");
		all.addAll(arguments);
		List<SocketChannel> held = new ArrayList<>();
		try (RunningSample sample = RunningSample
			.startWith(List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"), all)) {
			rate(sample);
			rate(sample);
			hold(sample, held, FEW);
			double fewRate = medianRate(sample);
			Map<String, Long> classesBefore = histogram(sample);
			long residentBefore = resident(sample);
			hold(sample, held, HELD);
			Map<String, Long> classes = histogram(sample);
			long resident = resident(sample);
			double manyRate = medianRate(sample);
			int added = HELD - FEW;
			int stillHeld = (int) held.stream().filter(HeldConnectionsIT::isHeld).count();
			close(held);
			classesBefore.forEach((type, bytes) -> classes.merge(type, -bytes, Long::sum));
			double heap = classes.values().stream().mapToLong(Long::longValue).sum() / (double) added;
			double rss = (double) (resident - residentBefore) / added;
			report("%s: %d held (%d at the end), heap %.0f bytes and RSS %.0f bytes for each; new connections a second: "
					+ "%.0f with %d held, %.0f with %d held, ratio %.2f", name, HELD, stillHeld, heap, rss, fewRate,
					FEW, manyRate, HELD, manyRate / fewRate);
			assertThat(stillHeld).isEqualTo(HELD);
			return new Cost(heap, rss, fewRate, manyRate, classes);
		}
		finally {
			close(held);
		}
	}

	private static boolean isHeld(SocketChannel channel) {
		try {
			channel.configureBlocking(false);
			// A session ticket may be left, the end is not.
			int read = channel.read(ByteBuffer.allocate(4096));
			return read >= 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private void hold(RunningSample sample, List<SocketChannel> held, int count) {
		held.addAll(inParallel(IntStream.range(held.size(), count), (i) -> connect(sample, i)));
	}

	private double medianRate(RunningSample sample) {
		double[] rates = IntStream.range(0, ROUNDS).mapToDouble((i) -> rate(sample)).sorted().toArray();
		return rates[ROUNDS / 2];
	}

	private double rate(RunningSample sample) {
		long start = System.nanoTime();
		inParallel(IntStream.range(0, BATCH), (i) -> {
			SocketChannel channel = connect(sample, i);
			channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			channel.close();
			return channel;
		});
		return BATCH / ((System.nanoTime() - start) / 1e9);
	}

	private static <T> List<T> inParallel(IntStream numbers, Step<T> step) {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<T>> results = numbers.mapToObj((i) -> threads.submit(() -> step.run(i))).toList();
			List<T> done = new ArrayList<>();
			for (Future<T> result : results) {
				done.add(result.get());
			}
			return done;
		}
		catch (ExecutionException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * Asks once and takes the answer. TLS is forgotten then: to hold a connection takes
	 * nothing but a socket.
	 */
	private SocketChannel connect(RunningSample sample, int number) throws IOException {
		SocketChannel channel = SocketChannel.open();
		channel.bind(new InetSocketAddress("127.0.0." + (2 + number / PER_ADDRESS), 0));
		channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), sample.httpsPort()));
		channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		TlsPipe tls = new TlsPipe(this.context.createSSLEngine("localhost", sample.httpsPort()), "http/1.1");
		StringBuilder answer = new StringBuilder();
		write(channel, tls.wrap(new byte[0]));
		while (!tls.isAgreed()) {
			read(channel, tls, answer);
		}
		write(channel, tls.wrap(REQUEST));
		while (answer.indexOf("\r\n\r\nhello") < 0) {
			read(channel, tls, answer);
		}
		assertThat(answer).startsWith("HTTP/1.1 200");
		return channel;
	}

	private static void read(SocketChannel channel, TlsPipe tls, StringBuilder answer) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
		if (channel.read(buffer) < 0) {
			throw new EOFException();
		}
		write(channel, tls.unwrap(buffer.flip(), (plain) -> answer.append(StandardCharsets.ISO_8859_1.decode(plain))));
	}

	private static void write(SocketChannel channel, byte[] bytes) throws IOException {
		for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining();) {
			channel.write(left);
		}
	}

	private static void close(List<SocketChannel> held) {
		for (SocketChannel channel : held) {
			try {
				channel.setOption(StandardSocketOptions.SO_LINGER, 0);
				channel.close();
			}
			catch (IOException ex) {
				// Closed already.
			}
		}
		held.clear();
	}

	/**
	 * What is alive, after a full collection.
	 */
	private static Map<String, Long> histogram(RunningSample sample) {
		jcmd(sample, "GC.run");
		jcmd(sample, "GC.run");
		Matcher line = HISTOGRAM.matcher(jcmd(sample, "GC.class_histogram"));
		Map<String, Long> bytes = new HashMap<>();
		while (line.find()) {
			bytes.merge(line.group(3), Long.valueOf(line.group(2)), Long::sum);
		}
		assertThat(bytes).isNotEmpty();
		return bytes;
	}

	private static String jcmd(RunningSample sample, String command) {
		return Tool.at(Path.of(System.getProperty("java.home"), "bin", "jcmd"))
			.run(Duration.ofSeconds(120), Long.toString(sample.handle().pid()), command)
			.output();
	}

	private static long resident(RunningSample sample) {
		try {
			String status = Files.readAllLines(Path.of("/proc/%d/status".formatted(sample.handle().pid())))
				.stream()
				.collect(Collectors.joining("\n"));
			Matcher matcher = RSS.matcher(status);
			assertThat(matcher.find()).isTrue();
			return Long.parseLong(matcher.group(1)) * 1024;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static void report(String format, Object... values) {
		String line = String.format(Locale.ROOT, format, values);
		try {
			Files.createDirectories(REPORT.getParent());
			Files.writeString(REPORT, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		System.out.println(line);
	}

	@FunctionalInterface
	private interface Step<T> {

		T run(int number) throws IOException;

	}

	/**
	 * What was measured.
	 *
	 * @param heap bytes for each connection
	 * @param resident bytes for each connection
	 * @param fewRate new connections a second with few held
	 * @param manyRate new connections a second with many held
	 * @param classes bytes for all of them, by class
	 */
	private record Cost(double heap, double resident, double fewRate, double manyRate, Map<String, Long> classes) {

	}

}
