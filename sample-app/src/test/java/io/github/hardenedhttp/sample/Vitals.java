package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a running sample is.
 *
 * @param sockets the descriptors that are sockets
 * @param descriptors all descriptors
 * @param threads all threads
 * @param waitingWorkers the worker threads that wait for a client
 */
record Vitals(int sockets, int descriptors, int threads, int waitingWorkers) {

	// Eight for each processor, Undertow's default, and at least 16.
	private static final int MANAGEMENT_THREADS = 8 * Math.max(2, Runtime.getRuntime().availableProcessors());

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private static final Pattern SOCKETS = Pattern.compile("\"socket\":(\\d+)");

	private static final Pattern OPEN = Pattern.compile("\"open\":(\\d+)");

	private static final Pattern VALUE = Pattern.compile("\"value\":(\\d+)");

	// The pool's threads, and those of XNIO, which plain Undertow uses.
	private static final Pattern WORKER = Pattern.compile("^\"(http-worker-|XNIO-\\d+ task-)");

	private static final Pattern WAITS = Pattern.compile("\\.(await(Readable|Writable)|readBlocking|flushBlocking)\\(");

	/**
	 * Looks at the management port and at the stacks of the threads.
	 * @param sample the sample
	 * @return how it is
	 */
	static Vitals of(RunningSample sample) {
		String census = get(sample, "filedescriptors");
		return new Vitals(number(SOCKETS, census), number(OPEN, census),
				number(VALUE, get(sample, "metrics/jvm.threads.live")), waitingWorkers(sample));
	}

	/**
	 * Asks so often that the pool of the management port has all its threads: it makes a
	 * new one for each request until then.
	 * @param sample the sample
	 */
	static void fillPool(RunningSample sample) {
		for (int request = 0; request < MANAGEMENT_THREADS; request++) {
			get(sample, "filedescriptors");
		}
	}

	static int waitingWorkers(RunningSample sample) {
		ProcessHandle process = sample.handle();
		String stacks = Tool.at(Path.of(System.getProperty("java.home"), "bin", "jcmd"))
			.run(Duration.ofSeconds(30), Long.toString(process.pid()), "Thread.print")
			.output();
		return (int) Arrays.stream(stacks.split("\\R\\R"))
			.filter((stack) -> WORKER.matcher(stack).find() && WAITS.matcher(stack).find())
			.count();
	}

	/**
	 * Asks the management port.
	 * @param sample the sample
	 * @param endpoint what comes after {@code /actuator/}
	 * @return the answer
	 */
	static String get(RunningSample sample, String endpoint) {
		URI uri = URI.create("http://127.0.0.1:%d/actuator/%s".formatted(sample.managementPort(), endpoint));
		try {
			return CLIENT
				.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString())
				.body();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	private static int number(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
	}

}
