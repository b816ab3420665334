package io.github.hardenedhttp.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

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
		try (TestServer server = TestServer.startWith(type, List.of(CorpusController.class), properties)) {
			int logged = this.output.getAll().length();
			List<DynamicTest> tests = new ArrayList<>(inParallel((entry) -> verdict.of(entry, server.port())));
			String warnings = warnings(logged);
			String causes = warnings.isEmpty() ? "" : causes(verdict, server.port());
			tests.add(DynamicTest.dynamicTest("nothing is logged",
					() -> assertThat(warnings).as("The log, caused by " + causes).isEmpty()));
			return tests;
		}
	}

	private List<DynamicTest> inParallel(Function<E, Optional<String>> verdict) {
		ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
		try {
			List<Future<Optional<String>>> verdicts = this.entries.stream()
				.map((entry) -> threads.submit(() -> verdict.apply(entry)))
				.toList();
			List<DynamicTest> tests = new ArrayList<>();
			for (int at = 0; at < verdicts.size(); at++) {
				Optional<String> found = verdicts.get(at).get();
				tests.add(DynamicTest.dynamicTest(this.entries.get(at).toString(),
						() -> found.ifPresent((wrong) -> fail(wrong))));
			}
			return tests;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	// One after the other, to know which it was.
	private String causes(Verdict<E> verdict, int port) {
		return this.entries.stream().filter((entry) -> {
			int before = this.output.getAll().length();
			verdict.of(entry, port);
			return !warnings(before).isEmpty();
		}).map(Object::toString).collect(Collectors.joining("\n", "\n", "\n"));
	}

	private String warnings(int from) {
		return this.output.getAll()
			.substring(from)
			.lines()
			.filter((line) -> line.matches(".*( WARN | ERROR |^\\tat |^Exception ).*"))
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
