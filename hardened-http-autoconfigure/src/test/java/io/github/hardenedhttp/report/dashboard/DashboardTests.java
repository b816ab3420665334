package io.github.hardenedhttp.report.dashboard;

import java.util.Arrays;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Response;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page, as it comes from a management server of either kind.
 */
class DashboardTests {

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void thePageItsFilesAndItsNumbersAreBelowTheEndpoint(WebApplicationType type) {
		try (TestServer server = start(type, "management.endpoints.web.exposure.include=hardening")) {
			assertFound(server, "/actuator/hardening/dashboard", "text/html;charset=utf-8", "<main>");
			assertFound(server, "/actuator/hardening/dashboard/style.css", "text/css;charset=utf-8", ":root");
			assertFound(server, "/actuator/hardening/dashboard/dashboard.js", "text/javascript;charset=utf-8",
					"use strict");
			assertFound(server, "/actuator/hardening/dashboard/chart.js", "text/javascript;charset=utf-8",
					"Chart.js v");
			assertFound(server, "/actuator/hardening/dashboard/icon.svg", "image/svg+xml", "<svg");
			Response data = assertFound(server, "/actuator/hardening/dashboard/data", "application/json",
					"\"hardened.connections\"");
			assertThat(JsonParserFactory.getJsonParser().parseMap(data.text())).containsKeys("startedAt", "now",
					"meters", "latency");
			assertThat(get(server, "/actuator/hardening").text()).contains("\"grade\"");
			for (String nothing : new String[] { "dashboard/no.js", "dashboard/data/more", "other",
					"dashboard/..%2findex.html" }) {
				assertThat(get(server, "/actuator/hardening/" + nothing).status()).as(nothing)
					.isGreaterThanOrEqualTo(400);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void aSlashAtTheEndBreaksNothing(WebApplicationType type) {
		try (TestServer server = start(type, "management.endpoints.web.exposure.include=hardening")) {
			assertFound(server, "/actuator/hardening/dashboard/", "text/html;charset=utf-8", "<main>");
			assertFound(server, "/actuator/hardening/dashboard/dashboard/style.css", "text/css;charset=utf-8", ":root");
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void whereTheEndpointIsNotExposedThereIsNoPage(WebApplicationType type) {
		try (TestServer server = start(type, "management.endpoints.web.exposure.include=health")) {
			assertThat(get(server, "/actuator/hardening/dashboard").status()).isEqualTo(404);
			assertThat(get(server, "/actuator/hardening/dashboard/data").status()).isEqualTo(404);
			assertThat(server.context().getBeansOfType(RequestLatency.class)).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void thePageGoesWhereTheEndpointGoes(WebApplicationType type) {
		try (TestServer server = start(type, "management.endpoints.web.exposure.include=hardening",
				"management.server.base-path=/inner", "management.endpoints.web.base-path=/manage",
				"management.endpoints.web.path-mapping.hardening=guard")) {
			assertFound(server, "/inner/manage/guard/dashboard", "text/html;charset=utf-8", "<main>");
			assertThat(get(server, "/inner/manage/hardening/dashboard").status()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void requestsOfTheApplicationAreMeasuredAndNotThoseForThePage(WebApplicationType type) {
		try (TestServer server = start(type, "management.endpoints.web.exposure.include=hardening")) {
			assertThat(get(server, "/actuator/hardening/dashboard/data").text()).contains("\"p99\":0.0");
			try (SlowClient client = SlowClient.tls(server.port())) {
				client.get("/hello").response();
			}
			await().untilAsserted(() -> assertThat(get(server, "/actuator/hardening/dashboard/data").text())
				.contains("http.server.requests")
				.doesNotContain("\"p99\":0.0"));
		}
	}

	@Test
	void thePageIsToldWhichClosesAreForced() {
		try (TestServer server = start(WebApplicationType.SERVLET,
				"management.endpoints.web.exposure.include=hardening")) {
			assertThat(JsonParserFactory.getJsonParser()
				.parseMap(get(server, "/actuator/hardening/dashboard/data").text())
				.get("forced"))
				.asInstanceOf(InstanceOfAssertFactories.LIST)
				.containsExactlyElementsOf(Arrays.stream(CloseReason.values())
					.filter(CloseReason::isForced)
					.map(CloseReason::tag)
					.toList());
		}
	}

	@Test
	void thePublicPortHasNoPageAndNoCharts() {
		try (TestServer server = start(WebApplicationType.SERVLET,
				"management.endpoints.web.exposure.include=hardening");
				SlowClient client = SlowClient.tls(server.port())) {
			assertThat(client.get("/actuator/hardening/dashboard").response().status()).isEqualTo(404);
			assertThat(client.get("/webjars/chart.js/4.5.1/dist/chart.umd.min.js").response().status()).isEqualTo(404);
		}
	}

	private static TestServer start(WebApplicationType type, String... properties) {
		String[] all = new String[properties.length + 2];
		System.arraycopy(properties, 0, all, 0, properties.length);
		all[properties.length] = "management.server.port=0";
		all[properties.length + 1] = "management.server.ssl.enabled=false";
		return TestServer.start(type, all);
	}

	private static Response assertFound(TestServer server, String path, String type, String content) {
		Response response = get(server, path);
		assertThat(response.status()).as(path).isEqualTo(200);
		assertThat(response.headers())
			.containsEntry("content-security-policy", DashboardHeadersHandler.CONTENT_SECURITY_POLICY)
			.containsEntry("x-content-type-options", "nosniff")
			.containsEntry("cache-control", "no-cache");
		assertThat(response.headers().get("content-type")).isEqualToIgnoringCase(type);
		assertThat(response.text()).contains(content);
		return response;
	}

	private static Response get(TestServer server, String path) {
		int port = Integer.parseInt(server.context().getEnvironment().getRequiredProperty("local.management.port"));
		try (SlowClient client = SlowClient.connect(port)) {
			return client.get(path).response();
		}
	}

}
