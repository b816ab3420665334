package io.github.hardenedhttp.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.DynamicTest;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Sends all entries to a server, some at a time, and makes a test of each, and one of the
 * log: whatever a client sends, there is not a warning in it.
 *
 * @param <E> the entries
 */
final class Corpus<E> {

	private static final int AT_A_TIME = 16;

	// What Spring says itself of a client that has left: MVC when the body does not come
	// to
	// its end, WebFlux when the answer finds the connection closed.
	private static final List<Pattern> SPRINGS_OWN = Stream
		.of(".* WARN .*DefaultHandlerExceptionResolver +: Resolved \\[org\\.springframework\\.http\\.converter\\."
				+ "HttpMessageNotReadableException: I/O error while reading input message\\]",
				".* ERROR .*HttpWebHandlerAdapter +: \\S+ Error \\[java\\.nio\\.channels\\.ClosedChannelException\\]"
						+ " for HTTP .*, but ServerHttpResponse already committed .*")
		.map(Pattern::compile)
		.toList();

	private final List<E> entries;

	private final CapturedOutput output;

	Corpus(List<E> entries, CapturedOutput output) {
		this.entries = entries;
		this.output = output;
	}

	/**
	 * Runs all.
	 * @param type servlet or reactive
	 * @param verdict sends an entry to a port, and says what is wrong with the answer
	 * @param properties what to set, as {@code key=value}
	 * @return the tests, each named after its entry
	 */
	List<DynamicTest> tests(WebApplicationType type, Verdict<E> verdict, String... properties) {
		// Whatever the host, for it is the form that counts here.
		String[] all = Stream.concat(Stream.of("hardened.tls.sni-host-check=false"), Stream.of(properties))
			.toArray(String[]::new);
		try (TestServer server = TestServer.startWith(type, List.of(CorpusController.class), all)) {
			int logged = this.output.getAll().length();
			List<DynamicTest> tests = new ArrayList<>();
			run(this.entries, verdict, server.port()).forEach((entry, found) -> tests.add(DynamicTest
				.dynamicTest(entry.toString(), () -> found.ifPresent((wrong) -> fail(entry + "\n" + wrong)))));
			String warnings = warnings(logged);
			String causes = warnings.isEmpty() ? "" : causes(verdict, server.port());
			tests.add(DynamicTest.dynamicTest("nothing is logged",
					() -> assertThat(warnings).as("The log, after " + causes).isEmpty()));
			return tests;
		}
	}

	private static <E> Map<E, Optional<String>> run(List<E> entries, Verdict<E> verdict, int port) {
		ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
		try {
			Map<E, Future<Optional<String>>> running = new LinkedHashMap<>();
			entries.forEach((entry) -> running.put(entry, threads.submit(() -> verdict.of(entry, port))));
			Map<E, Optional<String>> verdicts = new LinkedHashMap<>();
			for (Map.Entry<E, Future<Optional<String>>> each : running.entrySet()) {
				verdicts.put(each.getKey(), each.getValue().get());
			}
			return verdicts;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	// A line of the log does not say whose it is, and to find out takes its time.
	private String causes(Verdict<E> verdict, int port) {
		return Boolean.getBoolean("corpus.causes") ? causes(this.entries, verdict, port).toList().toString()
				: "some entry; -Dcorpus.causes=true finds it";
	}

	private Stream<E> causes(List<E> suspects, Verdict<E> verdict, int port) {
		int before = this.output.getAll().length();
		run(suspects, verdict, port);
		if (warnings(before).isEmpty()) {
			return Stream.empty();
		}
		int half = suspects.size() / 2;
		return (half == 0) ? suspects.stream()
				: Stream.of(suspects.subList(0, half), suspects.subList(half, suspects.size()))
					.flatMap((part) -> causes(part, verdict, port));
	}

	private String warnings(int from) {
		return this.output.getAll()
			.substring(from)
			.lines()
			.filter((line) -> line.matches(".*( WARN | ERROR |^\\tat |^Exception ).*"))
			.filter((line) -> SPRINGS_OWN.stream().noneMatch((pattern) -> pattern.matcher(line).matches()))
			.collect(Collectors.joining("\n"));
	}

	/**
	 * Judges an entry.
	 *
	 * @param <E> the entries
	 */
	@FunctionalInterface
	interface Verdict<E> {

		Optional<String> of(E entry, int port);

	}

}
