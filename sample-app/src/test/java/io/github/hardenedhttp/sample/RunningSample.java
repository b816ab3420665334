package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.conscrypt.Conscrypt;

/**
 * The executable jar, started as a user starts it: a process of the Java that runs the
 * tests. All ports are free ones and read from what the process says. Its output stays in
 * {@code target/it}. It ends with {@link #close()}, or with the JVM of the tests.
 */
final class RunningSample implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(120);

	private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1");

	// Another jar of the same application can be measured with the same tests.
	private static final Path JAR = Path.of(System.getProperty("sample.jar", "target/sample-app.jar"));

	private static final Path OUTPUTS = Path.of("target", "it");

	private static final AtomicInteger COUNT = new AtomicInteger();

	// The application's server says it first, the management server second.
	private static final Pattern SERVER = Pattern.compile("Undertow started on ports? ([^\\r\\n]*)");

	private static final Pattern PORT = Pattern.compile("(\\d+) \\(https?\\)");

	private static final Pattern REDIRECT = Pattern.compile("Redirecting http on port (\\d+) to https on port \\d+");

	private final Process process;

	private final Path output;

	private final Thread destroyer;

	private RunningSample(Process process, Path output) {
		this.process = process;
		this.output = output;
		this.destroyer = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(this.destroyer);
	}

	/**
	 * Starts the sample and waits until it is ready.
	 * @param arguments properties, such as {@code --hardened.tls.profile=modern}
	 * @return the sample
	 */
	static RunningSample start(List<String> arguments) {
		return started(launch(arguments, QUICK_START));
	}

	/**
	 * Starts the sample and waits for nothing, for whoever ends it before it is ready.
	 * @param arguments properties
	 * @return the sample
	 */
	static RunningSample launch(List<String> arguments) {
		return launch(arguments, QUICK_START);
	}

	/**
	 * Starts the sample as it runs for its users, for whoever measures. Its start is
	 * slower, but TLS takes a tenth of the time: the other compiler does not use what the
	 * processor has for it.
	 * @param arguments properties
	 * @return the sample
	 */
	static RunningSample startAtFullSpeed(List<String> arguments) {
		return started(launch(arguments, List.of()));
	}

	/**
	 * Starts the sample at full speed with options of the JVM.
	 * @param options options of the JVM
	 * @param arguments properties
	 * @return the sample
	 */
	static RunningSample startWith(List<String> options, List<String> arguments) {
		return started(launch(arguments, options));
	}

	/**
	 * Starts the sample at full speed with few file descriptors, and with
	 * {@link OpenFiles} as a part of it.
	 * @param descriptors how many there are; HotSpot cannot raise the limit
	 * @param arguments properties
	 * @return the sample
	 */
	static RunningSample startUnderLimit(int descriptors, List<String> arguments) {
		List<String> shell = List.of("sh", "-c", "ulimit -n %d; exec \"$0\" \"$@\"".formatted(descriptors));
		List<String> program = List.of("-Dloader.path=target/test-classes", "-cp", JAR.toString(),
				"org.springframework.boot.loader.launch.PropertiesLauncher");
		return started(launch(shell, List.of(), program, arguments));
	}

	/**
	 * Starts the sample with Conscrypt on its class path.
	 * @param options options of the JVM
	 * @param arguments properties
	 * @return the sample
	 */
	static RunningSample startWithConscrypt(List<String> options, List<String> arguments) {
		List<String> program = List.of("-Dloader.path=" + conscrypt(), "-cp", JAR.toString(),
				"org.springframework.boot.loader.launch.PropertiesLauncher");
		return started(launch(List.of(), options, program, arguments));
	}

	static RunningSample startWithConscrypt(List<String> arguments) {
		return startWithConscrypt(QUICK_START, arguments);
	}

	private static Path conscrypt() {
		try {
			return Path.of(Conscrypt.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new AssertionError(ex);
		}
	}

	private static RunningSample started(RunningSample sample) {
		long deadline = System.nanoTime() + START_LIMIT.toNanos();
		while (!sample.output().contains("Started SampleApplication in ")) {
			if (!sample.endsWithin(Duration.ofMillis(100)) && System.nanoTime() < deadline) {
				continue;
			}
			if (!sample.output().contains("Started SampleApplication in ")) {
				sample.close();
				throw new AssertionError("The sample did not start:\n" + sample.output());
			}
		}
		return sample;
	}

	static RunningSample start(String... arguments) {
		return start(List.of(arguments));
	}

	/**
	 * Starts the sample and waits until it has ended by itself.
	 * @param arguments properties it should refuse
	 * @return what is left of it
	 */
	static RunningSample startInVain(List<String> arguments) {
		RunningSample sample = launch(arguments, QUICK_START);
		try {
			if (!sample.endsWithin(START_LIMIT)) {
				throw new AssertionError("The sample did not end:\n" + sample.output());
			}
			return sample;
		}
		finally {
			sample.close();
		}
	}

	private static RunningSample launch(List<String> arguments, List<String> options) {
		return launch(List.of(), options, List.of("-jar", JAR.toString()), arguments);
	}

	private static RunningSample launch(List<String> shell, List<String> options, List<String> program,
			List<String> arguments) {
		List<String> command = new ArrayList<>(shell);
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
		command.addAll(options);
		command.addAll(program);
		// A key given twice on the command line is a list of two values.
		Stream.of("--server.port", "--management.server.port", "--hardened.redirect.port")
			.filter((key) -> arguments.stream().noneMatch((argument) -> argument.startsWith(key + "=")))
			.forEach((key) -> command.add(key + "=0"));
		command.addAll(arguments);
		try {
			Files.createDirectories(OUTPUTS);
			Path output = OUTPUTS.resolve("sample-%d.log".formatted(COUNT.incrementAndGet()));
			return new RunningSample(new ProcessBuilder(command).redirectErrorStream(true)
				.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
				.redirectOutput(output.toFile())
				.start(), output);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	int httpsPort() {
		return serverPort(0);
	}

	int managementPort() {
		return serverPort(1);
	}

	int redirectPort() {
		Matcher matcher = REDIRECT.matcher(output());
		if (!matcher.find()) {
			throw new AssertionError("The sample does not redirect:\n" + output());
		}
		return Integer.parseInt(matcher.group(1));
	}

	private int serverPort(int index) {
		Matcher server = SERVER.matcher(output());
		for (int i = 0; server.find(); i++) {
			Matcher port = PORT.matcher(server.group(1));
			if (i == index && port.find()) {
				return Integer.parseInt(port.group(1));
			}
		}
		throw new AssertionError("The sample has no such server:\n" + output());
	}

	/**
	 * Everything the process has written until now.
	 * @return its standard output and error
	 */
	String output() {
		try {
			return Files.readString(this.output, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	int exitValue() {
		return this.process.exitValue();
	}

	/**
	 * Asks the process to end, as an operator does: SIGTERM where there are signals.
	 */
	void terminate() {
		this.process.destroy();
	}

	boolean endsWithin(Duration limit) {
		try {
			return this.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		endsWithin(Duration.ofSeconds(10));
		try {
			Runtime.getRuntime().removeShutdownHook(this.destroyer);
		}
		catch (IllegalStateException ex) {
			// The JVM is ending: the hook does no harm.
		}
	}

}
