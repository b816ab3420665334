package io.github.hardenedhttp.certificate;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hardenedhttp.certificate.CertificateFinding.Type;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.tls.ServerTls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributorRegistry;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/**
 * What becomes known of the certificates of running servers.
 */
@ExtendWith(OutputCaptureExtension.class)
class CertificateExpiryTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void theMeterAndTheHealthTellWhatIsLeft(WebApplicationType type) {
		try (TestServer server = start(type, aged(50))) {
			assertThat(remaining(server, "web")).isEqualTo(0.5, within(0.01));
			Health health = health(server);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(served(health)).singleElement()
				.satisfies((each) -> assertThat(each).containsEntry("bundle", "web")
					.containsEntry("level", "none")
					.containsEntry("remaining", 0.5));
			assertThat(health.getDetails()).containsKeys("validChains", "invalidChains")
				.containsEntry("warnAtRemaining", 0.33)
				.containsEntry("failAtRemaining", 0.1);
		}
	}

	@Test
	void itWarnsWhileEverybodyIsServedAndIsOutOfServiceBeforeTheEnd() {
		try (TestServer server = start(WebApplicationType.SERVLET, aged(70))) {
			assertThat(health(server).getStatus()).isEqualTo(Status.UP);
			assertThat(served(health(server))).singleElement()
				.satisfies((each) -> assertThat(each).containsEntry("level", "warn"));
		}
		try (TestServer server = start(WebApplicationType.SERVLET, aged(91))) {
			assertThat(health(server).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(served(health(server))).singleElement()
				.satisfies((each) -> assertThat(each).containsEntry("level", "fail"));
		}
		try (TestServer server = start(WebApplicationType.SERVLET, aged(91),
				"hardened.certificate.fail-at-remaining=0%")) {
			assertThat(health(server).getStatus()).isEqualTo(Status.UP);
		}
	}

	@Test
	void whatHasExpiredIsServedAndEverybodyIsTold(CapturedOutput output) {
		try (TestServer server = start(WebApplicationType.SERVLET, aged(101))) {
			assertThat(remaining(server, "web")).isZero();
			assertThat(health(server).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(server.bean(CertificateFindings.class).byBundle()).hasSize(1)
				.hasEntrySatisfying("web", (findings) -> assertThat(findings).extracting(CertificateFinding::type)
					.containsExactly(Type.EXPIRED));
			assertThat(warnings(output)).singleElement()
				.asString()
				.contains("The certificate of the SSL bundle 'web': It has expired at ");
		}
	}

	@Test
	void aDeviationIsOneLineAtStartAndOneWhenItIsNew(CapturedOutput output) {
		try (TestServer server = start(WebApplicationType.SERVLET, aged(10), "hardened.tls.profile=modern",
				"spring.ssl.bundle.pem.web.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=200ms")) {
			assertThat(warnings(output)).as("self-signed, too long").hasSize(2);
			TestCertificates next = TestCertificates.rsa(2048, "localhost").validFor(Duration.ofDays(100));
			next.writePem(this.directory);
			await().atMost(Duration.ofSeconds(20))
				.until(() -> server.bean(ServerTls.class).certificates().equals(List.of(next.certificate())));
			await().atMost(Duration.ofSeconds(20)).until(() -> warnings(output).size() == 3);
			assertThat(warnings(output).get(2)).contains("Its key is RSA with 2048 bits");
			assertThat(server.bean(CertificateFindings.class).byBundle().get("web"))
				.extracting(CertificateFinding::type)
				.containsExactly(Type.KEY, Type.LIFETIME, Type.SELF_SIGNED);
		}
	}

	@Test
	void oneThatIsNotValidNeverReplacesOneThatIs(CapturedOutput output) {
		try (TestServer server = start(WebApplicationType.SERVLET, aged(10),
				"spring.ssl.bundle.pem.web.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=200ms")) {
			List<?> before = server.bean(ServerTls.class).certificates();
			aged(101).writePem(this.directory);
			await().atMost(Duration.ofSeconds(20))
				.until(() -> output.getAll()
					.contains("The new certificate of the SSL bundle 'web' cannot be served, the old one still is: "
							+ "it is expired or not valid yet, and the old one is valid"));
			assertThat(server.bean(ServerTls.class).certificates()).isEqualTo(before);
		}
		try (TestServer server = start(WebApplicationType.SERVLET, aged(101),
				"spring.ssl.bundle.pem.web.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=200ms")) {
			TestCertificates next = aged(102);
			next.writePem(this.directory);
			await().atMost(Duration.ofSeconds(20))
				.until(() -> server.bean(ServerTls.class).certificates().equals(List.of(next.certificate())));
		}
	}

	@Test
	void theManagementServerIsInTheSameBook() {
		try (TestServer server = start(WebApplicationType.SERVLET, aged(50), "management.server.port=0",
				"management.server.ssl.key-store=" + aged(95).writeKeyStore(this.directory.resolve("own.p12")),
				"management.server.ssl.key-store-password=" + TestCertificates.PASSWORD)) {
			assertThat(server.bean(CertificateFindings.class).byBundle()).containsOnlyKeys("web",
					"hardened-http-management");
			assertThat(remaining(server, "hardened-http-management")).isEqualTo(0.05, within(0.01));
			assertThat(health(server).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		}
	}

	@Test
	void oneBundleOnBothPortsIsOneMeter(CapturedOutput output) {
		try (TestServer server = start(WebApplicationType.SERVLET, aged(50), "management.server.port=0")) {
			assertThat(remaining(server, "web")).isEqualTo(0.5, within(0.01));
			assertThat(output).doesNotContain("has been already registered");
		}
	}

	@Test
	void withoutTlsThereIsBootsOwnHealth() {
		try (TestServer server = TestServer.startWith(List.of(Meters.class), "hardened.tls.enabled=false",
				"hardened.certificate.self-signed=false")) {
			assertThat(health(server).getDetails()).containsOnlyKeys("validChains", "invalidChains");
			assertThat(server.context().getBeansOfType(CertificateFindings.class)).isEmpty();
			assertThat(server.bean(MeterRegistry.class).find("hardened.certificate.remaining").gauge()).isNull();
		}
	}

	/**
	 * Valid for 100 days.
	 */
	private static TestCertificates aged(int days) {
		return TestCertificates.ecdsa("localhost")
			.validFrom(Instant.now().minus(Duration.ofDays(days)))
			.validFor(Duration.ofDays(100));
	}

	private TestServer start(WebApplicationType type, TestCertificates certificate, String... more) {
		PemFiles pem = certificate.writePem(this.directory);
		return TestServer.startWith(type, List.of(Meters.class),
				Stream
					.concat(Stream.of("hardened.certificate.self-signed=false", "server.ssl.bundle=web",
							"spring.ssl.bundle.pem.web.keystore.certificate=" + pem.certificate(),
							"spring.ssl.bundle.pem.web.keystore.private-key=" + pem.privateKey()), Stream.of(more))
					.toArray(String[]::new));
	}

	private static double remaining(TestServer server, String bundle) {
		return server.bean(MeterRegistry.class)
			.get("hardened.certificate.remaining")
			.tag("bundle", bundle)
			.gauge()
			.value();
	}

	private static Health health(TestServer server) {
		return ((HealthIndicator) server.bean(HealthContributorRegistry.class).getContributor("ssl")).health();
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> served(Health health) {
		return (List<Map<String, Object>>) health.getDetails().get("served");
	}

	private static List<String> warnings(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains("WARN") && line.contains("CertificateFindingsLog"))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Meters {

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
