package io.github.hardenedhttp.hsts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The header on the responses of whole applications.
 */
class HstsApplicationTests {

	@Nested
	class Servlet extends Responses {

		Servlet() {
			super(WebApplicationType.SERVLET);
		}

	}

	@Nested
	class Reactive extends Responses {

		Reactive() {
			super(WebApplicationType.REACTIVE);
		}

	}

	@TestInstance(Lifecycle.PER_CLASS)
	abstract static class Responses {

		private final WebApplicationType type;

		private final TestCertificates certificates = TestCertificates.ecdsa("localhost", "127.0.0.1");

		private ConfigurableApplicationContext application;

		Responses(WebApplicationType type) {
			this.type = type;
		}

		@BeforeAll
		void start(@TempDir Path directory) {
			TestCertificates.PemFiles files = this.certificates.writePem(directory);
			this.application = new SpringApplicationBuilder(Application.class).web(this.type)
				.run("--server.port=0", "--server.address=127.0.0.1", "--server.http2.enabled=true",
						"--server.ssl.certificate=" + files.certificate(),
						"--server.ssl.certificate-private-key=" + files.privateKey(), "--hardened.hsts.max-age=400d");
		}

		@AfterAll
		void stop() {
			this.application.close();
		}

		@ParameterizedTest
		@CsvSource(textBlock = """
				/hello,   200, HTTP_1_1
				/hello,   200, HTTP_2
				/missing, 404, HTTP_1_1
				/missing, 404, HTTP_2
				/broken,  500, HTTP_1_1
				/broken,  500, HTTP_2
				""")
		void everyResponseHasTheHeaderErrorsToo(String path, int status, Version version) throws Exception {
			HttpResponse<String> response = get(path, version);
			assertThat(response.statusCode()).isEqualTo(status);
			assertThat(response.version()).isEqualTo(version);
			assertThat(response.headers().allValues("Strict-Transport-Security")).containsExactly("max-age=34560000");
		}

		@ParameterizedTest
		@EnumSource(Version.class)
		void aHeaderTheApplicationHasSetIsKeptAlone(Version version) throws Exception {
			HttpResponse<String> response = get("/own", version);
			assertThat(response.headers().allValues("Strict-Transport-Security")).containsExactly("max-age=5");
		}

		private HttpResponse<String> get(String path, Version version) throws Exception {
			URI uri = URI.create("https://127.0.0.1:%s%s"
				.formatted(this.application.getEnvironment().getProperty("local.server.port"), path));
			HttpRequest request = HttpRequest.newBuilder(uri).version(version).timeout(Duration.ofSeconds(20)).build();
			HttpClient client = HttpClient.newBuilder().sslContext(this.certificates.clientContext()).build();
			for (int attempt = 1;; attempt++) {
				try {
					return client.send(request, BodyHandlers.ofString());
				}
				catch (IOException ex) {
					// WebFlux on Undertow may end an HTTP/2 stream with RST_STREAM right
					// after the response, with or without us, and this client then throws
					// the response away.
					if (attempt == 20 || !String.valueOf(ex.getMessage()).contains("RST_STREAM")) {
						throw ex;
					}
				}
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		@GetMapping("/hello")
		String hello() {
			return "hello";
		}

		@GetMapping("/broken")
		String broken() {
			throw new IllegalStateException("broken on purpose");
		}

		@GetMapping("/own")
		ResponseEntity<String> own() {
			return ResponseEntity.ok().header("Strict-Transport-Security", "max-age=5").body("own");
		}

	}

}
