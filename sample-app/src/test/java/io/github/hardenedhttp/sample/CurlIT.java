package io.github.hardenedhttp.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What everybody tries first.
 */
class CurlIT {

	private static final KeyType KEY = KeyType.ECDSA;

	@ParameterizedTest
	@CsvSource({ "false, INTERMEDIATE,", "false, INTERMEDIATE, --tlsv1.3", "false, MODERN,", "false, MODERN, --tlsv1.3",
			"true, INTERMEDIATE,", "true, INTERMEDIATE, --tlsv1.3", "true, MODERN, --tlsv1.3" })
	void http2IsNegotiated(boolean conscrypt, Profile profile, String option) {
		RunningSample sample = conscrypt ? profile.sampleWithConscrypt(KEY) : profile.sample(KEY);
		List<String> arguments = new ArrayList<>(
				List.of("--http2", "-k", "-v", "https://localhost:" + sample.httpsPort() + "/hello"));
		if (option != null) {
			arguments.add(0, option);
		}
		Tool.Result result = curl(arguments.toArray(String[]::new));
		assertThat(result.output()).contains("ALPN: server accepted h2").contains("< HTTP/2 200").contains("hello");
	}

	@ParameterizedTest
	@EnumSource(Profile.class)
	void theCertificateIsTheOneConfigured(Profile profile) {
		Tool.Result result = curl("-sS", "--cacert", Certificates.of(KEY).authority().toString(),
				"https://localhost:" + profile.sample(KEY).httpsPort() + "/hello");
		assertThat(result.output()).isEqualTo("hello");
	}

	@ParameterizedTest
	@CsvSource({ "--http1.1", "--http2" })
	void theStrictTransportSecurityHeaderIsThere(String version) {
		Tool.Result result = curl(version, "-ksS", "-o", "/dev/null", "-D", "-",
				"https://localhost:" + Profile.MODERN.sample(KEY).httpsPort() + "/hello");
		assertThat(result.output()).containsOnlyOnce("max-age=63072000")
			.containsIgnoringCase("Strict-Transport-Security: max-age=63072000\r\n");
	}

	@ParameterizedTest
	@EnumSource(Profile.class)
	void aPlainRequestEndsAtHttpsWithItsPathAndQuery(Profile profile) {
		RunningSample sample = profile.sample(KEY);
		Tool.Result result = curl("-ksSL", "-w", "%{num_redirects} %{url_effective}", "-o", "/dev/null",
				"http://localhost:" + sample.redirectPort() + "/hello?a=b%20c");
		assertThat(result.output()).isEqualTo("1 https://localhost:%d/hello?a=b%%20c".formatted(sample.httpsPort()));
	}

	@ParameterizedTest
	@EnumSource(Profile.class)
	void overPlainHttpNoPromiseIsMade(Profile profile) {
		Tool.Result result = curl("-sS", "-o", "/dev/null", "-D", "-",
				"http://localhost:" + profile.sample(KEY).redirectPort() + "/hello");
		assertThat(result.output()).startsWith("HTTP/1.1 308").doesNotContainIgnoringCase("Strict-Transport-Security");
	}

	private static Tool.Result curl(String... arguments) {
		Tool.Result result = Tool.find("curl").run(Duration.ofSeconds(30), arguments);
		assertThat(result.exitValue()).as(result.toString()).isZero();
		return result;
	}

}
