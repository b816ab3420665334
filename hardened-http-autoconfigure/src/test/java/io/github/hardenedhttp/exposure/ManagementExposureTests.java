package io.github.hardenedhttp.exposure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class ManagementExposureTests {

	private static final String ALL = "management.endpoints.web.exposure.include=*";

	@Test
	void everythingOnThePublicPortStopsTheStartAndTellsTheWayOut(CapturedOutput output) {
		FailedStart start = FailedStart.of(output, ALL);
		assertThat(start.description()).isEqualTo(
				"""
						These actuator endpoints would answer anybody on the public port, as 'management.server.port' is not set: \
						beans, caches, conditions, configprops, connections, env, filedescriptors, hardening, info, loggers, mappings, metrics, \
						sbom, scheduledtasks, threaddump.
						Dangerous: env (the configuration, with passwords where values are shown), \
						configprops (the configuration as beans), loggers (log levels, which can be changed), \
						threaddump (what every thread does), connections (the addresses of clients), \
						hardening (where the server is weak), beans (how the application is built), mappings (every path there is), \
						conditions (how the application is configured).
						They are exposed by 'management.endpoints.web.exposure.include', which is '*' (originating from \
						"management.endpoints.web.exposure.include" from property source "commandLineArgs").""");
		assertThat(start.action()).isEqualTo(
				"""
						Choose one:
						- a port of their own, which only this machine reaches: set 'management.server.port' to 9090 and 'management.server.address' to 127.0.0.1
						- health alone: set 'management.endpoints.web.exposure.include' to health
						- the public port all the same: set 'hardened.exposure.management' to allow; whoever reaches the port then reaches them, unless your security configuration asks who it is""");
		assertThat(start.lines()).isLessThan(8);
	}

	@Test
	void theFileAndLineAreNamed(@TempDir Path directory, CapturedOutput output) throws IOException {
		Path file = Files.writeString(directory.resolve("extra.yml"), """
				management:
				  endpoints:
				    web:
				      exposure:
				        include:
				          - health
				          - info
				""");
		FailedStart start = FailedStart.of(output, "spring.config.additional-location=" + file.toUri());
		assertThat(start.description()).isEqualTo(
				"""
						These actuator endpoints would answer anybody on the public port, as 'management.server.port' is not set: info.
						They are exposed by 'management.endpoints.web.exposure.include', which is 'health,info' (originating from URL [file:%s] - 6:13)."""
					.formatted(file.toUri().getPath()));
	}

	@Test
	void aManagementPortThatIsThePublicOneIsNone(CapturedOutput output) {
		// Nothing is opened: the start fails before.
		FailedStart start = FailedStart.of(output, "server.port=8443", "management.server.port=8443",
				"management.endpoints.web.exposure.include=info");
		assertThat(start.description()).startsWith("These actuator endpoints would answer anybody on the public port, "
				+ "as 'management.server.port' is the same as 'server.port': info.");
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, false", "SERVLET, true", "REACTIVE, false", "REACTIVE, true" })
	void servletAndWebFluxStopAlikeWhetherBeansAreLazyOrNot(WebApplicationType type, boolean lazy,
			CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestServer.start(type,
				"management.endpoints.web.exposure.include=health,env", "spring.main.lazy-initialization=" + lazy));
		assertThat(output).contains("APPLICATION FAILED TO START", "'management.server.port' is not set: env.")
			.doesNotContain("\tat ");
	}

	@Test
	void anEndpointOfTheApplicationIsOneToo(CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestServer.startWith(List.of(OwnEndpoint.class),
				"management.endpoints.web.exposure.include=health,ownData"));
		assertThat(output).contains("'management.server.port' is not set: owndata.").doesNotContain("\tat ");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void healthAloneStartsAndAnswers(WebApplicationType type) throws Exception {
		try (TestServer server = TestServer.start(type); TestClient client = TestClient.tls(server.port())) {
			client.send("GET /actuator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
			assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 ").contains("{\"status\":\"UP\"}");
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void aPortOfTheirOwnStartsAndThePublicOneDoesNotAnswer(WebApplicationType type) throws Exception {
		try (TestServer server = TestServer.start(type, ALL, "management.server.port=0",
				"management.server.address=127.0.0.1"); TestClient client = TestClient.tls(server.port())) {
			assertThat(client.get("/actuator/env")).startsWith("HTTP/1.1 404 ");
			assertThat(server.context().getEnvironment().getProperty("local.management.port", Integer.class))
				.isNotEqualTo(server.port());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.server.port=-1", "management.endpoints.web.exposure.exclude=*",
			"management.endpoints.access.default=none", "hardened.enabled=false" })
	void whatDoesNotAnswerOrIsNotHardenedDoesNotStopTheStart(String property) throws Exception {
		try (TestServer server = TestServer.start(ALL, property)) {
			assertThat(server.port()).isPositive();
		}
	}

	@Test
	void allowedTheyAnswerAndTheDangerousAreAWarning(CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.start("hardened.exposure.management=allow",
				"management.endpoints.web.exposure.include=health,info,threaddump");
				TestClient client = TestClient.tls(server.port())) {
			assertThat(client.get("/actuator/info")).startsWith("HTTP/1.1 200 ");
			assertThat(output.toString().lines().filter((line) -> line.contains("not of the application")))
				.singleElement()
				.asString()
				.contains(" WARN ")
				.endsWith("endpoint health at /actuator/health; endpoint info at /actuator/info; "
						+ "endpoint threaddump at /actuator/threaddump (what every thread does)");
		}
	}

	@Test
	void observedTheyAnswerAndTheFailureIsAWarning(CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.start("hardened.mode=observe",
				"management.endpoints.web.exposure.include=env"); TestClient client = TestClient.tls(server.port())) {
			assertThat(client.get("/actuator/env")).startsWith("HTTP/1.1 200 ");
			assertThat(output.toString().lines().filter((line) -> line.contains("The start would have failed")))
				.singleElement()
				.asString()
				.contains(" WARN ")
				.endsWith("as 'management.server.port' is not set: env.");
		}
	}

	@Endpoint(id = "ownData")
	static class OwnEndpoint {

		@ReadOperation
		String data() {
			return "data";
		}

	}

}
