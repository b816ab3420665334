package io.github.hardenedhttp.redirect;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedirectPropertiesTests {

	@Test
	void defaults() {
		assertThat(bind(Map.of())).isEqualTo(new RedirectProperties(true, null, 308, List.of()));
	}

	@Test
	void everyKey() {
		assertThat(bind(Map.of("hardened.redirect.enabled", "false", "hardened.redirect.port", "8080",
				"hardened.redirect.status", "301", "hardened.redirect.allowed-hosts", "a.example,*.b.example")))
			.isEqualTo(new RedirectProperties(false, 8080, 301, List.of("a.example", "*.b.example")));
	}

	@ParameterizedTest
	@CsvSource({ "true, 443, 80", "true, 8443,", "false, 443," })
	void withoutAPortOnlyHttpsOn443IsRedirectedTo(boolean tls, int serverPort, Integer port) {
		assertThat(properties(null, 308).toPolicy(tls, serverPort).port()).isEqualTo(port);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 80, 65535 })
	void thePortThatIsSetIsTaken(int port) {
		assertThat(properties(port, 308).toPolicy(true, 8443).port()).isEqualTo(port);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 65536 })
	void aPortOutOfRangeIsRefused(int port) {
		assertRefused(properties(port, 308), true, 8443, "hardened.redirect.port", port);
	}

	@Test
	void aPortWithoutTlsIsRefused() {
		assertRefused(properties(8080, 308), false, 8443, "hardened.redirect.port", 8080);
	}

	@Test
	void thePortOfTheServerIsRefused() {
		assertRefused(properties(8443, 308), true, 8443, "hardened.redirect.port", 8443);
	}

	@Test
	void bothPortsMayBeAnyFreeOne() {
		assertThat(properties(0, 308).toPolicy(true, 0).port()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 307, 308 })
	void redirectsThatBrowsersFollowAreAccepted(int status) {
		assertThat(properties(0, status).toPolicy(true, 8443).status()).isEqualTo(status);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 200, 300, 303, 304, 400 })
	void otherStatusesAreRefused(int status) {
		assertRefused(properties(0, status), true, 8443, "hardened.redirect.status", status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a.example:80", "https://a.example", "a.example/b", "*", "a.*.example", "" })
	void hostsThatAreNoneAreRefused(String host) {
		assertRefused(new RedirectProperties(true, 0, 308, List.of("ok.example", host)), true, 8443,
				"hardened.redirect.allowed-hosts", host);
	}

	@Test
	void withoutHostsTheCertificateIsToBeAsked() {
		assertThat(properties(0, 308).toPolicy(true, 8443).allowedHosts()).isNull();
	}

	private static RedirectProperties properties(Integer port, int status) {
		return new RedirectProperties(true, port, status, List.of());
	}

	private static void assertRefused(RedirectProperties properties, boolean tls, int serverPort, String key,
			Object value) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> properties.toPolicy(tls, serverPort))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(key);
				assertThat(ex.getValue()).isEqualTo(value);
				assertThat(ex.getReason()).isNotBlank();
			});
	}

	private static RedirectProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("hardened.redirect",
				RedirectProperties.class);
	}

}
