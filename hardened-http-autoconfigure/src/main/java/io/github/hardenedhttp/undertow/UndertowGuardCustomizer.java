package io.github.hardenedhttp.undertow;

import io.undertow.Undertow;
import org.xnio.OptionMap;
import org.xnio.Options;

import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Runs the server on a worker of the guard.
 * <p>
 * A server that is given a worker ignores the numbers of threads set on its builder, so
 * {@code server.undertow.threads.*} and Undertow's own defaults are applied here.
 */
final class UndertowGuardCustomizer implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> {

	private final Guard guard;

	private final ServerProperties properties;

	private final ServerRole role;

	UndertowGuardCustomizer(Guard guard, ServerProperties properties, ServerRole role) {
		this.guard = guard;
		this.properties = properties;
		this.role = role;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		factory.addBuilderCustomizers(this::customize);
	}

	private void customize(Undertow.Builder builder) {
		builder.setWorker(this.guard.newWorker(workerOptions(), this.role.listener()));
	}

	private OptionMap workerOptions() {
		int ioThreads = UndertowThreads.io(this.properties);
		int workerThreads = UndertowThreads.worker(this.properties);
		return OptionMap.builder()
			.set(Options.WORKER_IO_THREADS, ioThreads)
			.set(Options.WORKER_TASK_CORE_THREADS, workerThreads)
			.set(Options.WORKER_TASK_MAX_THREADS, workerThreads)
			.getMap();
	}

}
