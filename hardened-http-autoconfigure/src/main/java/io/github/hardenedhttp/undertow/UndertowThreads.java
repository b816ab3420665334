package io.github.hardenedhttp.undertow;

import org.springframework.boot.autoconfigure.web.ServerProperties;

/**
 * How many threads a server has: what {@code server.undertow.threads.*} says, else
 * Undertow's own defaults ({@code Undertow.Builder}).
 */
public final class UndertowThreads {

	private static final int WORKERS_PER_IO_THREAD = 8;

	private UndertowThreads() {
	}

	/**
	 * The number of threads that do I/O.
	 * @param properties the properties of the server
	 * @return at least 1
	 */
	public static int io(ServerProperties properties) {
		Integer configured = properties.getUndertow().getThreads().getIo();
		return (configured != null) ? configured : Math.max(Runtime.getRuntime().availableProcessors(), 2);
	}

	/**
	 * The number of threads that run requests.
	 * @param properties the properties of the server
	 * @return at least 1
	 */
	public static int worker(ServerProperties properties) {
		Integer configured = properties.getUndertow().getThreads().getWorker();
		return (configured != null) ? configured : io(properties) * WORKERS_PER_IO_THREAD;
	}

}
