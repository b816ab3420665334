package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hardenedhttp.undertow.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AcmePropertiesTests {

	private static final Map<String, String> LEAST = Map.of("directory-url", "letsencrypt-staging", "domains",
			"one.example", "accept-terms-of-service", "true");

	@Test
	void defaults() {
		assertThat(bind(Map.of())).isEqualTo(new AcmeProperties(false, null, List.of(), List.of(), List.of(), false,
				null, Percentage.of("33%"), Duration.ofMinutes(1), null, false, Duration.ofMinutes(2)));
	}

	@Test
	void everyKeyIsMapped() {
		Map<String, String> keys = new HashMap<>(Map.of("enabled", "true", "directory-url", "letsencrypt", "domains",
				"a.example,b.example", "contact", "admin@a.example", "accept-terms-of-service", "true", "storage",
				"/var/lib/acme", "renew-at-remaining", "50%", "retry-interval", "5m", "ssl-bundle", "ca"));
		keys.putAll(Map.of("certificates[0].name", "two", "certificates[0].domains", "c.example", "wait-at-start",
				"true", "wait-limit", "1m"));
		assertThat(bind(keys)).isEqualTo(new AcmeProperties(true, "letsencrypt", List.of("a.example", "b.example"),
				List.of(new AcmeProperties.Certificate("two", List.of("c.example"))), List.of("admin@a.example"), true,
				"/var/lib/acme", Percentage.of("50%"), Duration.ofMinutes(5), "ca", true, Duration.ofMinutes(1)));
	}

	@Test
	void thePlanHasEverythingThatIsNeeded() {
		AcmePlan plan = with("domains", "WWW.One.Example,one.example", "contact", "admin@one.example",
				"certificates[0].name", "two", "certificates[0].domains", "two.example", "wait-at-start", "true")
			.toPlan();
		assertThat(plan).isEqualTo(new AcmePlan(URI.create("https://acme-staging-v02.api.letsencrypt.org/directory"),
				List.of(new WantedCertificate("acme", List.of("www.one.example", "one.example")),
						new WantedCertificate("two", List.of("two.example"))),
				List.of(URI.create("mailto:admin@one.example")), 0.33, Duration.ofMinutes(1), null,
				Duration.ofMinutes(2)));
	}

	@Test
	void aStagingCertificateIsStoredUnderAnotherNameThanARealOne() {
		WantedCertificate wanted = new WantedCertificate("acme", List.of("one.example"));
		assertThat(with().toPlan().entry(wanted)).isEqualTo("acme_acme-staging-v02.api.letsencrypt.org");
		assertThat(with("directory-url", "letsencrypt").toPlan().entry(wanted))
			.isEqualTo("acme_acme-v02.api.letsencrypt.org");
		assertThat(with("directory-url", "https://CA.internal:14000/dir").toPlan().entry(wanted))
			.isEqualTo("acme_ca.internal-14000_4ddc3fcc");
	}

	@Test
	void twoDirectoriesOfOneAuthorityAreTwo() {
		WantedCertificate wanted = new WantedCertificate("acme", List.of("one.example"));
		assertThat(Stream.of("directory", "Directory", "acme/web/directory", "acme/shop/directory", "directory?x", "")
			.map((path) -> with("directory-url", "https://ca.internal/" + path).toPlan().entry(wanted)))
			.doesNotHaveDuplicates()
			.contains("acme_ca.internal");
		String longest = "https://%s.internal/".formatted("a".repeat(63));
		WantedCertificate named = new WantedCertificate("n".repeat(40), List.of("one.example"));
		assertThat(Stream.of("web", "shop").map((path) -> with("directory-url", longest + path).toPlan().entry(named)))
			.doesNotHaveDuplicates()
			.allSatisfy((entry) -> assertThat(entry).hasSize(100));
	}

	@Test
	void withoutAnAuthorityItSaysWhichThereAre() {
		assertRefused(with("directory-url", ""), "directory-url", "",
				"There is no authority to order from. Set it to 'letsencrypt-staging' while you try things out, then to "
						+ "'letsencrypt', or to the address of another authority's directory.");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "lets-encrypt", "http://ca.example/dir", "https:", "https://a b/", "acme://letsencrypt.org" })
	void aDirectoryThatIsNoneIsRefused(String directory) {
		assertRefused(with("directory-url", directory), "directory-url", directory,
				"Must be 'letsencrypt', 'letsencrypt-staging', or the address of a directory, which begins with 'https://'.");
	}

	@Test
	void theTermsMustBeAcceptedInSoManyWords() {
		assertRefused(with("accept-terms-of-service", "false"), "accept-terms-of-service", false,
				"The authority gives certificates only to those who accept its terms of service. Read them at "
						+ "https://letsencrypt.org/repository/, then set this property to true.");
		assertRefused(with("accept-terms-of-service", "false", "directory-url", "https://ca.example/dir"),
				"accept-terms-of-service", false,
				"The authority gives certificates only to those who accept its terms of service. Read them at "
						+ "the address that 'https://ca.example/dir' shows as 'termsOfService', then set this property to true.");
	}

	@Test
	void withoutDomainsNothingIsOrdered() {
		assertRefused(with("domains", ""), "domains", null,
				"No certificate is ordered but for the domains listed here. List those that lead to this server.");
		assertRefused(with("certificates[0].name", "two"), "certificates[0].domains", null,
				"A certificate must be for a domain. List its domains.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://one.example", "one.example:443", "localhost", "192.0.2.1", "a..example",
			"-a.example", "a_b.example", "münchen.example" })
	void aDomainThatIsNoneIsRefused(String domain) {
		assertRefused(with("domains", domain), "domains", domain,
				("'%s' is no domain. Give a name with a dot in it, in ASCII (an IDN as 'xn--...'), without scheme, port or path; "
						+ "no IP address.")
					.formatted(domain));
	}

	@Test
	void aWildcardIsRefused() {
		assertRefused(with("domains", "*.one.example"), "domains", "*.one.example",
				"A certificate for every name below a domain cannot be had by HTTP-01, which proves one name at a time. "
						+ "List the names.");
	}

	@Test
	void aDomainHasOneCertificate() {
		assertRefused(with("certificates[0].name", "two", "certificates[0].domains", "One.Example"),
				"certificates[0].domains", "One.Example",
				"'one.example' is listed twice. Each domain has one certificate.");
	}

	@Test
	void aCertificateHasANameOfItsOwn() {
		assertRefused(with("certificates[0].name", "acme", "certificates[0].domains", "two.example"),
				"certificates[0].name", "acme",
				"Another certificate has this name ('acme' is that of 'hardened.acme.domains'). Choose another.");
		assertRefused(with("certificates[0].name", "../two", "certificates[0].domains", "two.example"),
				"certificates[0].name", "../two",
				"Every certificate needs a name of its own: up to 40 lower-case letters, digits, dots, hyphens and underscores.");
	}

	@Test
	void aContactIsAnAddress() {
		assertRefused(with("contact", "the admin"), "contact", "the admin",
				"'the admin' is no e-mail address, such as 'admin@example.org'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "4%", "91%", "0.33%" })
	void aPartOfTheLifetimeThatMakesNoSenseIsRefused(String part) {
		assertRefused(with("renew-at-remaining", part), "renew-at-remaining", Percentage.of(part),
				"Must be from 5% to 90%: what is left of a certificate's lifetime when it is renewed. "
						+ "Less leaves no time to repair anything, more would order again and again.");
	}

	@ParameterizedTest
	@CsvSource({ "0s, PT0S", "2h, PT2H" })
	void aRetryIntervalOutOfRangeIsRefused(String text, Duration value) {
		assertRefused(with("retry-interval", text), "retry-interval", value,
				"Must be from 1s to 1h. Authorities limit how often an order may fail: 1m is a good start.");
	}

	@Test
	void aWaitMustBeOne() {
		assertRefused(with("wait-at-start", "true", "wait-limit", "0s"), "wait-limit", Duration.ZERO,
				"Must be longer than 0s. To start without waiting, set 'hardened.acme.wait-at-start' to false.");
	}

	@Test
	void withoutStorageItSaysWhatItIsFor() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> with().checkedStorage())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo("hardened.acme.storage");
				assertThat(ex.getReason()).isEqualTo(
						"Certificates and keys must outlive the process, or every start orders new ones, which authorities limit. "
								+ "Set it to a directory that only this application can read.");
			});
	}

	private static void assertRefused(AcmeProperties properties, String key, Object value, String reason) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(properties::toPlan)
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo("hardened.acme." + key);
				assertThat(ex.getValue()).isEqualTo(value);
				assertThat(ex.getReason()).isEqualTo(reason);
			});
	}

	private static AcmeProperties with(String... keysAndValues) {
		Map<String, String> properties = new HashMap<>(LEAST);
		for (int i = 0; i < keysAndValues.length; i += 2) {
			properties.put(keysAndValues[i], keysAndValues[i + 1]);
		}
		return bind(properties);
	}

	private static AcmeProperties bind(Map<String, String> keys) {
		Map<String, String> properties = new HashMap<>();
		keys.forEach((key, value) -> properties.put("hardened.acme." + key, value));
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("hardened.acme",
				AcmeProperties.class);
	}

}
