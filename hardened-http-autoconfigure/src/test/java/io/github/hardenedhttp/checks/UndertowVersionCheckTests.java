package io.github.hardenedhttp.checks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class UndertowVersionCheckTests {

	private static final String DESCRIPTION = """
			undertow-core 2.3.24.Final has known vulnerabilities:
			- CVE-2026-28367, request smuggling by the end of the header: fixed in 2.3.25.Final
			- CVE-2026-28368, request smuggling by names of headers: fixed in 2.3.25.Final
			- CVE-2026-28369, request smuggling by spaces in the first header: fixed in 2.3.25.Final
			Known, and fixed in no version: CVE-2026-3260, the multipart body of a GET is parsed.""";

	private static final String ADVICE = """
			Put this into your pom.xml ('undertow.version' alone cannot do it: no version has all parts):
			    <dependencyManagement><dependencies>
			        <dependency><groupId>io.undertow</groupId><artifactId>undertow-core</artifactId><version>2.3.27.Final</version></dependency>
			        <dependency><groupId>io.undertow</groupId><artifactId>undertow-servlet</artifactId><version>2.3.26.Final</version></dependency>
			        <dependency><groupId>io.undertow</groupId><artifactId>undertow-websockets-jsr</artifactId><version>2.3.24.Final</version></dependency>
			    </dependencies></dependencyManagement>""";

	@Test
	void theFailureNamesEachVulnerabilityAndWhatToPaste() {
		FailureAnalysis analysis = new VulnerableUndertowFailureAnalyzer()
			.analyze(new VulnerableUndertowException(old()));
		assertThat(analysis.getDescription()).isEqualTo(DESCRIPTION);
		assertThat(analysis.getAction())
			.isEqualTo(ADVICE + "\nTo start all the same, set 'hardened.checks.undertow-version' to warn.");
	}

	@Test
	void anOldXnioIsNamedAndPinnedToo() {
		UndertowVersions versions = UndertowVersions
			.of(Map.of(UndertowPart.CORE, "2.3.27.Final", UndertowPart.XNIO, "3.8.8.Final"));
		assertThat(VulnerableUndertowFailureAnalyzer.describe(versions)).startsWith("""
				xnio-api 3.8.8.Final has known vulnerabilities:
				- CVE-2023-5685, a chain of notifiers overflows the stack: fixed in 3.8.14.Final
				""");
		assertThat(VulnerableUndertowFailureAnalyzer.advise(versions)).contains(
				"<artifactId>xnio-api</artifactId><version>3.8.16.Final</version>",
				"<artifactId>xnio-nio</artifactId><version>3.8.16.Final</version>");
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void byDefaultAnOldVersionIsOneWarning(WebApplicationType type, CapturedOutput output) {
		try (TestServer server = TestServer.startWith(type, List.of(Old.class))) {
			assertThat(server.port()).isPositive();
			assertThat(output.toString()).containsOnlyOnce(" : " + DESCRIPTION + "\n" + ADVICE);
			assertThat(line(output, "undertow-core 2.3.24.Final has known")).contains(" WARN ");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void anOldVersionStopsTheStartWhereItMust(WebApplicationType type, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> TestServer.startWith(type, List.of(Old.class), "hardened.checks.undertow-version=fail"));
		assertThat(output).contains("APPLICATION FAILED TO START", DESCRIPTION, ADVICE).doesNotContain("\tat ");
	}

	@Test
	void observedItIsAWarning(CapturedOutput output) {
		try (TestServer server = TestServer.startWith(List.of(Old.class), "hardened.checks.undertow-version=fail",
				"hardened.mode=observe")) {
			assertThat(server.port()).isPositive();
			assertThat(line(output, "undertow-core 2.3.24.Final has known")).contains(" WARN ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "hardened.checks.undertow-version=off", "hardened.checks.undertow-version=false",
			"hardened.enabled=false" })
	void offIsSilentAlsoAsYamlReadsIt(String property, CapturedOutput output) {
		try (TestServer server = TestServer.startWith(List.of(Old.class), property)) {
			assertThat(server.port()).isPositive();
			assertThat(output).doesNotContain("known vulnerabilities");
		}
	}

	@Test
	void anUnknownVersionIsSaidAndDoesNotFail(CapturedOutput output) {
		try (TestServer server = TestServer.startWith(List.of(Unknown.class),
				"hardened.checks.undertow-version=fail")) {
			assertThat(server.port()).isPositive();
			assertThat(line(output, "It is not known")).contains(" INFO ")
				.endsWith("It is not known whether these have vulnerabilities: "
						+ "undertow-core (version unknown), undertow-servlet (version 2.3.20.SP4-redhat-00001)");
		}
	}

	@Test
	void theVersionsOfTheseTestsPassInSilence(CapturedOutput output) {
		try (TestServer server = TestServer.start("hardened.checks.undertow-version=fail")) {
			assertThat(server.bean(UndertowVersions.class).versions()).containsEntry("undertow-core", "2.3.27.Final");
			assertThat(output.getAll().lines().filter((line) -> line.contains("UndertowVersionCheck ")))
				.noneMatch((line) -> line.contains("ulnerabilities"));
		}
	}

	private static String line(CapturedOutput output, String part) {
		return output.toString().lines().filter((line) -> line.contains(part)).findFirst().orElse("");
	}

	private static UndertowVersions old() {
		return UndertowVersions.of(Map.of(UndertowPart.CORE, "2.3.24.Final"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Old {

		@Bean
		UndertowVersions oldVersions() {
			return old();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unknown {

		@Bean
		UndertowVersions unknownVersions() {
			Map<UndertowPart, String> versions = new LinkedHashMap<>();
			versions.put(UndertowPart.CORE, "unknown");
			versions.put(UndertowPart.SERVLET, "2.3.20.SP4-redhat-00001");
			return UndertowVersions.of(versions);
		}

	}

}
