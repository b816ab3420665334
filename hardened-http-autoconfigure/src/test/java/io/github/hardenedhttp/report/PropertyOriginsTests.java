package io.github.hardenedhttp.report;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

class PropertyOriginsTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	private final PropertyOrigins origins = new PropertyOrigins(this.environment);

	@Test
	void aFileHasLineAndColumn() throws IOException {
		String yaml = "hardened:\n  tls:\n    profile: modern\n    named-groups:\n    - x25519\n";
		new YamlPropertySourceLoader().load("application", new ByteArrayResource(yaml.getBytes(), "application.yml"))
			.forEach(this.environment.getPropertySources()::addLast);
		assertThat(this.origins.of("hardened.tls.profile", "x"))
			.isEqualTo("Byte array resource [application.yml] - 3:14");
		assertThat(this.origins.of("hardened.tls.named-groups", "x"))
			.isEqualTo("Byte array resource [application.yml] - 5:7");
	}

	@Test
	void theEnvironmentIsNamed() {
		this.environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
							Map.of("HARDENED_TLS_PROFILE", "modern")));
		assertThat(this.origins.of("hardened.tls.profile", null))
			.isEqualTo("\"HARDENED_TLS_PROFILE\" from property source \"systemEnvironment\"");
	}

	@Test
	void whatIsNotSetIsDerivedOrADefault() {
		assertThat(this.origins.of("hardened.tls.profile", null)).isEqualTo("default");
		assertThat(this.origins.of("hardened.connection.max", "the limit")).isEqualTo("derived from the limit");
		assertThat(this.origins.of(null, null)).isNull();
	}

}
