package io.github.hardenedhttp.testsupport;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A real server on a free port, started the way an application starts. By default it has
 * a self-signed certificate and the controller of {@link TestApplication}. A property
 * that is given overrides the default of the same name.
 */
public final class TestServer implements AutoCloseable {

	/**
	 * The engine of TLS the tests run with: {@code jdk}, or {@code conscrypt} in a run of
	 * its own ({@code -Dtest.tls.engine}).
	 */
	public static final String ENGINE = System.getProperty("test.tls.engine", "jdk");

	private final ConfigurableApplicationContext context;

	private TestServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	public static TestServer start(String... properties) {
		return start(WebApplicationType.SERVLET, properties);
	}

	public static TestServer start(WebApplicationType type, String... properties) {
		return startWith(type, List.of(), properties);
	}

	/**
	 * Starts a servlet server with further components.
	 * @param more configuration classes or components
	 * @param properties what to set, as {@code key=value}
	 * @return the running server
	 */
	public static TestServer startWith(List<Class<?>> more, String... properties) {
		return startWith(WebApplicationType.SERVLET, more, properties);
	}

	/**
	 * Starts a server of either kind with further components.
	 * @param type servlet or reactive
	 * @param more configuration classes or components
	 * @param properties what to set, as {@code key=value}
	 * @return the running server
	 */
	public static TestServer startWith(WebApplicationType type, List<Class<?>> more, String... properties) {
		Map<String, String> all = new LinkedHashMap<>();
		Stream
			.concat(Stream.of("server.port=0", "hardened.certificate.self-signed=true", "hardened.tls.engine=" + ENGINE,
					"spring.main.banner-mode=off", "spring.jmx.enabled=false", "hardened.checks.self-test=false"),
					Stream.of(properties))
			.map((property) -> property.split("=", 2))
			.forEach((property) -> all.put(property[0], property[1]));
		return new TestServer(new SpringApplicationBuilder(TestApplication.class).sources(more.toArray(Class<?>[]::new))
			.web(type)
			.properties("spring.main.web-application-type=" + type.name().toLowerCase(), "server.shutdown=immediate")
			.run(all.entrySet()
				.stream()
				.map((property) -> "--" + property.getKey() + "=" + property.getValue())
				.toArray(String[]::new)));
	}

	public int port() {
		return ((WebServerApplicationContext) this.context).getWebServer().getPort();
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
