package io.github.hardenedhttp.report;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
@SuppressWarnings("unchecked")
class HardeningEndpointTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String EXPOSED = "management.endpoints.web.exposure.include=hardening";

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theReportIsOnTheManagementPortOnly(WebApplicationType type, CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.start(type, EXPOSED, "management.server.port=0",
				"hardened.checks.self-test=true", "hardened.redirect.port=0", "hardened.timeout.idle=20m")) {
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(report(server)).containsKey("selfTest"));
			Map<String, Object> report = report(server);
			assertThat((Map<String, Object>) report.get("grade")).containsEntry("letter", "T");
			assertThat((Map<String, Object>) ((Map<String, Object>) report.get("versions")).get("libraries"))
				.containsKeys("undertow-core", "xnio-api", "spring-boot", "java");
			assertThat(rooms(report)).extracting((room) -> room.get("room"))
				.containsExactly("certificate", "checks", "connection", "exposure", "filedescriptor", "hsts", "http2",
						"management", "protocol", "redirect", "self-test", "timeout", "tls");
			Map<String, Object> idle = check(report, "timeout", "idle");
			assertThat(idle).containsEntry("property", "hardened.timeout.idle")
				.containsEntry("value", "20m")
				.containsEntry("origin", "\"hardened.timeout.idle\" from property source \"commandLineArgs\"")
				.containsEntry("verdict", "warn")
				.containsEntry("fix", "Set 'hardened.timeout.idle' to 10m or less.");
			assertThat(check(report, "timeout", "read")).containsEntry("origin", "default").doesNotContainKey("fix");
			assertThat((String) check(report, "connection", "max").get("origin")).startsWith("derived from auto: ");
			assertThat(TestClient.http2()
				.send(TestClient.get(server.port(), "/actuator/hardening"), BodyHandlers.ofString())
				.statusCode()).isEqualTo(404);
			assertThat(output).contains("Hardening report: grade T")
				.containsPattern("\n {2}warn {2}timeout +WARN idle 20m; read-header 10s");
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(output).contains("Self-test: grade T; protocols TLSv1.2, TLSv1.3; "));
		}
	}

	@Test
	void nothingSecretIsInIt(CapturedOutput output) throws Exception {
		Path keyStore = TestCertificates.ecdsa("localhost").writeKeyStore(this.directory.resolve("secret.p12"));
		try (TestServer server = TestServer.start(EXPOSED, "management.server.port=0",
				"hardened.certificate.self-signed=false", "server.ssl.key-store=" + keyStore,
				"server.ssl.key-store-password=" + TestCertificates.PASSWORD, "management.server.ssl.enabled=false",
				"hardened.checks.self-test=true")) {
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(report(server)).containsKey("selfTest"));
			assertThat(body(server)).doesNotContain(TestCertificates.PASSWORD).doesNotContain("secret.p12");
			assertThat(output).doesNotContain(TestCertificates.PASSWORD);
		}
	}

	@Test
	void withoutTlsThePlainServerIsTold() throws Exception {
		try (TestServer server = TestServer.start(EXPOSED, "management.server.port=0", "hardened.tls.enabled=false",
				"hardened.certificate.self-signed=false")) {
			Map<String, Object> report = report(server);
			assertThat((Map<String, Object>) report.get("grade")).containsEntry("letter", "B");
			assertThat(rooms(report)).extracting((room) -> room.get("room"))
				.contains("tls", "timeout")
				.doesNotContain("certificate", "hsts", "redirect", "self-test");
			assertThat(report).doesNotContainKey("selfTest");
		}
	}

	@Test
	void onThePublicPortItStopsTheStart(CapturedOutput output) {
		FailedStart failed = FailedStart.of(output, EXPOSED);
		assertThat(failed.description()).contains("hardening (where the server is weak)");
	}

	@Test
	void whatFailsStopsTheStartIfThatIsWanted(CapturedOutput output) {
		FailedStart failed = FailedStart.of(output, "hardened.checks.fail-on=fail",
				"hardened.protocol.strict-framing=false", "hardened.timeout.read=2h");
		assertThat(failed.description()).isEqualTo(
				"""
						These checks do not pass, and 'hardened.checks.fail-on' is fail:
						- fail: protocol.strict-framing is false ("hardened.protocol.strict-framing" from property source "commandLineArgs"). A proxy in front may read another request than this server does.
						- fail: timeout.read is 2h ("hardened.timeout.read" from property source "commandLineArgs"). A body that stalls ends here.""");
		assertThat(failed.action()).isEqualTo("""
				- protocol.strict-framing: Remove 'hardened.protocol.strict-framing'.
				- timeout.read: Set 'hardened.timeout.read' to 1m or less.
				To start all the same, set 'hardened.checks.fail-on' to never.""");
	}

	@Test
	void warningsStopItOnlyIfThatIsWanted(CapturedOutput output) {
		TestServer.start("hardened.checks.fail-on=fail").close();
		FailedStart failed = FailedStart.of(output, "hardened.checks.fail-on=warn");
		assertThat(failed.description()).contains("- warn: certificate.issuer is ").doesNotContain("- fail");
	}

	@Test
	void observingItOnlyWarns(CapturedOutput output) {
		TestServer.start("hardened.checks.fail-on=fail", "hardened.mode=observe").close();
		assertThat(output).contains("The start would have failed. These checks do not pass")
			.contains("- checks.mode: Set 'hardened.mode' to enforce when the counters show no honest client.");
	}

	private static List<Map<String, Object>> rooms(Map<String, Object> report) {
		return (List<Map<String, Object>>) report.get("rooms");
	}

	private static Map<String, Object> check(Map<String, Object> report, String room, String name) {
		return rooms(report).stream()
			.filter((each) -> each.get("room").equals(room))
			.flatMap((each) -> ((List<Map<String, Object>>) each.get("checks")).stream())
			.filter((check) -> check.get("name").equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static Map<String, Object> report(TestServer server) throws Exception {
		return JsonParserFactory.getJsonParser().parseMap(body(server));
	}

	private static String body(TestServer server) throws Exception {
		String port = server.context().getEnvironment().getProperty("local.management.port");
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/hardening")).build(),
					BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

}
