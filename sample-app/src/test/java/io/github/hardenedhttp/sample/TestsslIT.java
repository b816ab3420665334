package io.github.hardenedhttp.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets testssl judge the sample. Its grade is made of protocols, suites, groups and the
 * certificate's trust; version 3.0 gives none, so the parts are compared one by one.
 */
class TestsslIT {

	@ParameterizedTest
	@CsvSource({ "INTERMEDIATE, ECDSA", "INTERMEDIATE, RSA", "MODERN, ECDSA", "MODERN, RSA" })
	void onlyThePolicyIsOffered(Profile profile, KeyType type) throws Exception {
		Map<String, Finding> findings = scan(profile.sample(type).httpsPort(), Certificates.of(type),
				Path.of("target", "it", "testssl-%s-%s.json".formatted(profile, type)));
		assertThat(findings.values().stream().filter(Finding::bad)).isEmpty();

		Stream.of("SSLv2", "SSLv3", "TLS1", "TLS1_1")
			.forEach((protocol) -> assertThat(text(findings, protocol)).as(protocol).isEqualTo("not offered"));
		assertThat(text(findings, "TLS1_2")).startsWith((profile == Profile.MODERN) ? "not offered" : "offered");
		assertThat(text(findings, "TLS1_3")).startsWith("offered");
		assertThat(text(findings, "ALPN_HTTP2")).isEqualTo("h2");

		Stream.of("NULL", "aNULL", "EXPORT", "LOW", "3DES_IDEA", "AVERAGE")
			.forEach((category) -> assertThat(text(findings, "cipherlist_" + category)).as(category)
				.isEqualTo("not offered"));
		// Version 3.0 writes "PFS", later ones "FS".
		assertThat(words(findings, "P?FS_ECDHE_curves")).containsExactlyInAnyOrder("X25519", "prime256v1", "secp384r1");
		assertThat(findings.keySet()).noneMatch((id) -> id.startsWith("DH_groups"));
		assertThat(words(findings, "P?FS_ciphers")).containsExactlyInAnyOrderElementsOf(
				Stream.concat(Profile.TLS_1_3_SUITES.stream(), profile.tls12Suites(type).stream()).toList());

		assertThat(text(findings, "cipher_order")).startsWith("server");
		assertThat(words(findings, "cipherorder_TLSv1_3")).isEqualTo(Profile.TLS_1_3_SUITES);
		if (profile != Profile.MODERN) {
			assertThat(words(findings, "cipherorder_TLSv1_2")).isEqualTo(profile.tls12Suites(type));
			assertThat(text(findings, "secure_client_renego")).startsWith("not vulnerable");
		}
	}

	private static Map<String, Finding> scan(int port, Certificates certificates, Path file) throws Exception {
		Files.deleteIfExists(file);
		Tool.Result result = Tool.find("testssl", "testssl.sh")
			.run(Duration.ofSeconds(240), "--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none", "--ip",
					"127.0.0.1", "--openssl-timeout", "20", "--add-ca", certificates.authority().toString(),
					"--jsonfile", file.toString(), "-p", "-s", "-f", "-P", "-R", "localhost:" + port);
		Map<String, Finding> findings = new LinkedHashMap<>();
		assertThat(file).as(result.toString()).exists();
		for (JsonNode finding : new ObjectMapper().readTree(file.toFile())) {
			String id = finding.path("id").asText();
			findings.put(id, new Finding(id, finding.path("severity").asText(), finding.path("finding").asText()));
		}
		assertThat(findings.keySet()).as(result.toString()).contains("scanTime");
		return findings;
	}

	private static String text(Map<String, Finding> findings, String id) {
		assertThat(findings).containsKey(id);
		return findings.get(id).text();
	}

	private static List<String> words(Map<String, Finding> findings, String id) {
		return findings.values()
			.stream()
			.filter((finding) -> finding.id().matches(id))
			.flatMap((finding) -> Stream.of(finding.text().split("\\s+")))
			.collect(Collectors.toList());
	}

	/**
	 * A line of the report.
	 *
	 * @param id what was looked at
	 * @param severity how bad it is
	 * @param text what was found
	 */
	private record Finding(String id, String severity, String text) {

		boolean bad() {
			return List.of("MEDIUM", "HIGH", "CRITICAL", "FATAL").contains(this.severity);
		}

	}

}
