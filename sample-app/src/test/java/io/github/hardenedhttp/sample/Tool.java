package io.github.hardenedhttp.sample;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A program that must be on the PATH. Where it is missing the test is skipped, or fails
 * if the environment variable {@code REQUIRE_TOOLS} is {@code true}.
 */
final class Tool {

	private static final boolean REQUIRED = Boolean.parseBoolean(System.getenv("REQUIRE_TOOLS"));

	private static final int OUTPUT_LIMIT = 4 * 1024 * 1024;

	private final Path program;

	private Tool(Path program) {
		this.program = program;
	}

	/**
	 * Finds a tool, or ends the test.
	 * @param names the names it has on different systems
	 * @return the tool
	 */
	static Tool find(String... names) {
		Path found = Arrays.stream(names).flatMap(Tool::onPath).findFirst().orElse(null);
		if (found == null) {
			String message = "'%s' is not on the PATH: install it to run this test".formatted(names[0]);
			Assertions.assertFalse(REQUIRED, message);
			Assumptions.abort(message);
		}
		return new Tool(found);
	}

	/**
	 * A tool that is there for certain.
	 * @param program where it is
	 * @return the tool
	 */
	static Tool at(Path program) {
		return new Tool(program);
	}

	private static Stream<Path> onPath(String name) {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable);
	}

	/**
	 * Runs the tool with an empty standard input and waits for its end.
	 * @param limit how long it may take
	 * @param arguments its arguments
	 * @return the result
	 */
	Result run(Duration limit, String... arguments) {
		return converse(limit, "", (output) -> false, arguments).finished();
	}

	/**
	 * Runs the tool, tells it something, and listens until it has ended or has said what
	 * is awaited. Then it is ended.
	 * @param limit how long to listen
	 * @param input what is written to its standard input, which then stays open unless it
	 * is empty
	 * @param awaited what to wait for in its output
	 * @param arguments its arguments
	 * @return the result
	 */
	Result converse(Duration limit, String input, Predicate<String> awaited, String... arguments) {
		long deadline = System.nanoTime() + limit.toNanos();
		Running running = start(arguments);
		try {
			OutputStream stdin = running.process().getOutputStream();
			stdin.write(input.getBytes(StandardCharsets.UTF_8));
			stdin.flush();
			if (input.isEmpty()) {
				stdin.close();
			}
		}
		catch (IOException ex) {
			// It has ended already; its output tells why.
		}
		try (running) {
			boolean ended = false;
			while (!ended && System.nanoTime() < deadline && !awaited.test(running.output())) {
				ended = running.process().waitFor(50, TimeUnit.MILLISECONDS);
			}
			if (ended) {
				running.reader().join(5000);
			}
			return new Result(running.command(), ended, ended ? running.process().exitValue() : -1, running.output());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	/**
	 * Starts the tool, which is to be closed after use.
	 * @param arguments its arguments
	 * @return the process
	 */
	Running start(String... arguments) {
		return start(Map.of(), arguments);
	}

	/**
	 * Starts the tool with further variables in its environment.
	 * @param environment the variables
	 * @param arguments its arguments
	 * @return the process
	 */
	Running start(Map<String, String> environment, String... arguments) {
		List<String> command = new ArrayList<>(List.of(this.program.toString()));
		command.addAll(List.of(arguments));
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
			builder.environment().putAll(environment);
			Process process = builder.start();
			ByteArrayOutputStream output = new ByteArrayOutputStream();
			Thread reader = new Thread(() -> copy(process.getInputStream(), output), "output of " + this.program);
			reader.setDaemon(true);
			reader.start();
			return new Running(String.join(" ", command), process, reader, output);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static void copy(InputStream from, ByteArrayOutputStream to) {
		byte[] buffer = new byte[8192];
		try {
			for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
				if (to.size() < OUTPUT_LIMIT) {
					to.write(buffer, 0, length);
				}
			}
		}
		catch (IOException ex) {
			// The process was ended.
		}
	}

	/**
	 * A tool at work.
	 *
	 * @param command the command line
	 * @param process the process
	 * @param reader the thread that collects its output
	 * @param collected the output
	 */
	record Running(String command, Process process, Thread reader,
			ByteArrayOutputStream collected) implements AutoCloseable {

		String output() {
			return this.collected.toString(StandardCharsets.UTF_8);
		}

		@Override
		public void close() {
			this.process.descendants().forEach(ProcessHandle::destroyForcibly);
			this.process.destroyForcibly();
			// So that its port is free.
			this.process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
		}

	}

	/**
	 * What a tool has said.
	 *
	 * @param command the command line
	 * @param ended whether it ended by itself within its time
	 * @param exitValue its exit value, -1 if it had to be ended
	 * @param output standard output and error, the first 4 MB
	 */
	record Result(String command, boolean ended, int exitValue, String output) {

		Result finished() {
			Assertions.assertTrue(this.ended, () -> "Took too long: " + this);
			return this;
		}

		@Override
		public String toString() {
			return "%s%nexit value %d%n%s".formatted(this.command, this.exitValue, this.output);
		}

	}

}
