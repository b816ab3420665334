package io.github.hardenedhttp.tls;

import javax.net.ssl.SNIHostName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ServerNamePatternTests {

	private static final String PROPERTY = "server.ssl.server-name-bundles[0].server-name";

	@ParameterizedTest
	@CsvSource({ "www.example.org, www.example.org, true", "www.example.org, WWW.Example.org, true",
			"www.example.org, wwwxexample.org, false", "www.example.org, a.www.example.org, false",
			"*.example.org, a.example.org, true", "*.example.org, a.b.example.org, false",
			"*.example.org, example.org, false", "*.example.org, a.examplexorg, false",
			".*\\.example\\.org, a.b.example.org, true", "localhost, localhost, true" })
	void aNameMatchesAsInACertificate(String name, String asked, boolean matches) {
		assertThat(SNIHostName.createSNIMatcher(ServerNamePattern.of(PROPERTY, name)).matches(new SNIHostName(asked)))
			.isEqualTo(matches);
	}

	@Test
	void undertowCanTellAWildcardFromAnExactName() {
		assertThat(ServerNamePattern.of(PROPERTY, "*.example.org")).contains("*");
		assertThat(ServerNamePattern.of(PROPERTY, "www.example.org")).doesNotContain("*");
	}

	@ParameterizedTest
	@CsvSource({ "www.example.org, true", "*.example.org, true", "www\\.example\\.org, false",
			"(a|b).example.org, false", ".*, false" })
	void onlyNamesAreLookedForInCertificates(String name, boolean host) {
		assertThat(ServerNamePattern.isHostName(name)).isEqualTo(host);
	}

	@Test
	void whatIsNeitherNameNorExpressionIsRefused() {
		assertThatThrownBy(() -> ServerNamePattern.of(PROPERTY, "*.example.(org"))
			.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
				assertThat(ex.getName()).isEqualTo(PROPERTY);
				assertThat(ex.getValue()).isEqualTo("*.example.(org");
			});
	}

}
