package io.github.hardenedhttp.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The management port with TLS, asked by those who watch a server.
 */
@BothSamples
@TestInstance(Lifecycle.PER_CLASS)
class ManagementIT {

	private RunningSample sample;

	private HttpClient client;

	@BeforeAll
	void start() throws Exception {
		Certificates certificates = Certificates.of(KeyType.ECDSA);
		this.sample = RunningSample.start(List.of("--management.server.ssl.enabled=true",
				"--management.server.ssl.certificate=" + certificates.certificate().toAbsolutePath(),
				"--management.server.ssl.certificate-private-key=" + certificates.privateKey().toAbsolutePath()));
		this.client = HttpClient.newBuilder().sslContext(SampleIT.trusting(certificates)).build();
	}

	@AfterAll
	void stop() {
		this.sample.close();
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void healthAnswers(Version version) throws Exception {
		HttpResponse<String> response = get(version, "health");
		assertThat(response.version()).isEqualTo(version);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Strict-Transport-Security")).isPresent();
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void prometheusIsToldOfItsOwnConnection(Version version) {
		String protocol = (version == Version.HTTP_2) ? "h2" : "http/1.1";
		// What one scrape reads may be a tenth of a second old.
		await().untilAsserted(() -> {
			HttpResponse<String> response = get(version, "prometheus");
			assertThat(response.version()).isEqualTo(version);
			assertThat(response.body().lines()).anyMatch((line) -> line.startsWith("hardened_connections{")
					&& line.contains("listener=\"management\"") && line.contains("protocol=\"" + protocol + "\"")
					&& line.contains("state=\"active\"") && !line.endsWith(" 0.0"));
		});
	}

	private HttpResponse<String> get(Version version, String endpoint) throws Exception {
		URI uri = URI.create("https://localhost:%d/actuator/%s".formatted(this.sample.managementPort(), endpoint));
		return this.client.send(HttpRequest.newBuilder(uri).version(version).timeout(Duration.ofSeconds(30)).build(),
				BodyHandlers.ofString());
	}

}
