package io.github.hardenedhttp.management;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.connection.ForcedCloseEvent;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * A server with a management server beside it, and what becomes known of both.
 */
final class TestManagement implements AutoCloseable {

	private final TestServer server;

	private TestManagement(TestServer server) {
		this.server = server;
	}

	static TestManagement start(WebApplicationType type, String... properties) {
		List<String> all = new ArrayList<>(List.of("management.server.port=0",
				"management.endpoints.web.exposure.include=health,connections,large,slow"));
		all.addAll(Arrays.asList(properties));
		return new TestManagement(TestServer.startWith(type, List.of(Configured.class), all.toArray(String[]::new)));
	}

	static TestManagement start(String... properties) {
		return start(WebApplicationType.SERVLET, properties);
	}

	TestServer server() {
		return this.server;
	}

	int port() {
		return Integer.parseInt(this.server.context().getEnvironment().getRequiredProperty("local.management.port"));
	}

	int publicPort() {
		return this.server.port();
	}

	/**
	 * The context of the management server.
	 * @return the child context
	 */
	ApplicationContext context() {
		return this.server.bean(Configured.class).contexts.stream()
			.filter((context) -> context.getParent() != null)
			.findAny()
			.orElseThrow();
	}

	List<ForcedCloseEvent> forcedCloses() {
		return List.copyOf(this.server.bean(Configured.class).forcedCloses);
	}

	/**
	 * The sum of the open connections.
	 * @param listener of one listener, or {@code null} for all
	 * @return the number of connections
	 */
	double open(@Nullable String listener) {
		var gauges = this.server.bean(MeterRegistry.class).get("hardened.connections");
		return ((listener != null) ? gauges.tag("listener", listener) : gauges).gauges()
			.stream()
			.mapToDouble(Gauge::value)
			.sum();
	}

	/**
	 * The sum of a counter of all tags.
	 * @param name its name
	 * @param tags further tags
	 * @return the sum
	 */
	double count(String name, String... tags) {
		return this.server.bean(MeterRegistry.class)
			.get(name)
			.tags(tags)
			.functionCounters()
			.stream()
			.mapToDouble(FunctionCounter::count)
			.sum();
	}

	/**
	 * Asks the management server over HTTP/1.1 without TLS.
	 * @param path the path
	 * @return the answer
	 */
	SlowClient.Response get(String path) {
		try (SlowClient client = SlowClient.connect(port())) {
			return client.get(path).response();
		}
	}

	@Override
	public void close() {
		this.server.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class Configured {

		private final Queue<ApplicationContext> contexts = new ConcurrentLinkedQueue<>();

		private final Queue<ForcedCloseEvent> forcedCloses = new ConcurrentLinkedQueue<>();

		@EventListener
		void initialized(WebServerInitializedEvent event) {
			this.contexts.add(event.getApplicationContext());
		}

		@EventListener
		void closed(ForcedCloseEvent event) {
			this.forcedCloses.add(event);
		}

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Large large() {
			return new Large();
		}

		@Bean
		Slow slow() {
			return new Slow();
		}

	}

	/**
	 * More than any buffer holds.
	 */
	@Endpoint(id = "large")
	static class Large {

		static final int SIZE = 8 * 1024 * 1024;

		@ReadOperation(produces = "text/plain")
		String read() {
			return "x".repeat(SIZE);
		}

	}

	/**
	 * Takes its time, or a text.
	 */
	@Endpoint(id = "slow")
	static class Slow {

		@ReadOperation
		String read() throws InterruptedException {
			TimeUnit.SECONDS.sleep(2);
			return "at last";
		}

		@WriteOperation
		String write(String text) {
			return text;
		}

	}

}
