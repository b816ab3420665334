package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.UnixOperatingSystemMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorsEndpointTests {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	@ParameterizedTest
	@CsvSource({ "123,10000,0.0123", "1,3,0.3333", "2,3,0.6667", "0,10,0.0", "10,10,1.0", "5,-1,0.0" })
	void theRatioHasFourDecimalPlaces(long open, long max, double ratio) {
		FileDescriptorsEndpoint endpoint = endpoint(FileDescriptorCensus.withoutTypes(open, max));
		assertThat(endpoint.fileDescriptors().ratio()).isEqualTo(ratio);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void theManagementPortAnswersWithAllTypes() throws Exception {
		try (ConfigurableApplicationContext context = start(Application.class, "--management.server.port=0",
				"--management.server.address=127.0.0.1")) {
			assertThat(port(context, "management")).isNotEqualTo(port(context, "server"));
			JsonNode json = awaitSockets(port(context, "management"), 3);
			assertThat(json.fieldNames()).toIterable().containsExactly("open", "max", "ratio", "types");
			JsonNode types = json.get("types");
			assertThat(types.fieldNames()).toIterable().containsExactly("socket", "file", "pipe", "epoll", "other");
			assertThat(types.get("epoll").asLong()).isPositive();
			long sum = 0;
			for (JsonNode count : types) {
				sum += count.asLong();
			}
			assertThat(json.get("open").asLong()).isEqualTo(sum);
			assertThat(json.get("max").asLong()).isEqualTo(platform().getMaxFileDescriptorCount());
			assertThat(json.get("ratio").asDouble()).isBetween(0.0, 1.0);
			assertThat(get(port(context, "server")).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void onOnePortItAnswersToo() throws Exception {
		try (ConfigurableApplicationContext context = start(KnownCensus.class,
				"--hardened.exposure.management=allow")) {
			assertThat(get(port(context, "server")).body()).isEqualTo("""
					{"open":15,"max":1000,"ratio":0.015,"types":{"socket":5,"file":4,"pipe":3,"epoll":2,"other":1}}""");
		}
	}

	@Test
	void unknownTypesAreAbsent() throws Exception {
		try (ConfigurableApplicationContext context = start(UnknownTypes.class,
				"--hardened.exposure.management=allow")) {
			assertThat(get(port(context, "server")).body()).isEqualTo("""
					{"open":123,"max":10000,"ratio":0.0123}""");
		}
	}

	/**
	 * Two listeners and the connection that asks are sockets, but the first answer may be
	 * a census from before they were opened.
	 */
	private static JsonNode awaitSockets(int port, int atLeast) throws Exception {
		long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
		while (true) {
			HttpResponse<String> response = get(port);
			assertThat(response.statusCode()).isEqualTo(200);
			JsonNode json = new ObjectMapper().readTree(response.body());
			if (json.at("/types/socket").asLong() >= atLeast) {
				return json;
			}
			assertThat(System.nanoTime()).as("seen: " + json).isLessThan(deadline);
		}
	}

	private static FileDescriptorsEndpoint endpoint(FileDescriptorCensus census) {
		return new FileDescriptorsEndpoint(new FileDescriptors(() -> census, () -> 0));
	}

	private static ConfigurableApplicationContext start(Class<?> application, String... arguments) {
		return new SpringApplicationBuilder(application)
			.properties("server.port=0", "server.address=127.0.0.1", "hardened.tls.enabled=false",
					"management.endpoints.web.exposure.include=filedescriptors", "spring.main.banner-mode=off")
			.run(arguments);
	}

	private static int port(ConfigurableApplicationContext context, String server) {
		return context.getEnvironment().getRequiredProperty("local." + server + ".port", Integer.class);
	}

	private static HttpResponse<String> get(int port) throws IOException, InterruptedException {
		return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/filedescriptors"))
			.timeout(Duration.ofSeconds(20))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static UnixOperatingSystemMXBean platform() {
		return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class KnownCensus {

		@Bean
		@Primary
		FileDescriptors knownFileDescriptors() {
			FileDescriptorCensus census = FileDescriptorCensus
				.ofTypes(Map.of(FileDescriptorType.SOCKET, 5L, FileDescriptorType.FILE, 4L, FileDescriptorType.PIPE, 3L,
						FileDescriptorType.EPOLL, 2L, FileDescriptorType.OTHER, 1L), 1000);
			return new FileDescriptors(() -> census, System::nanoTime);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class UnknownTypes {

		@Bean
		@Primary
		FileDescriptors unknownFileDescriptors() {
			return new FileDescriptors(() -> FileDescriptorCensus.withoutTypes(123, 10_000), System::nanoTime);
		}

	}

}
