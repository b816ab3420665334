package io.github.hardenedhttp.management;

import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class LateInvalidValueFailureAnalyzerTests {

	private static final InvalidConfigurationPropertyValueException FAILURE = new InvalidConfigurationPropertyValueException(
			"hardened.connection.max", 0, "Must be at least 1.");

	@Test
	void theKeyTheValueAndTheReasonAreToldWhenASourceHasEnded() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("ended", Map.of()) {

			@Override
			public boolean containsProperty(String name) {
				throw new IllegalStateException("ended");
			}

		});
		FailureAnalysis analysis = new LateInvalidValueFailureAnalyzer(environment).analyze(FAILURE);
		assertThat(analysis.getDescription()).isEqualTo(
				"Invalid value '0' for configuration property 'hardened.connection.max'. Validation failed for the following reason:%n%nMust be at least 1."
					.formatted());
		assertThat(analysis.getAction()).isEqualTo("Review the value of the property.");
	}

	@Test
	void otherwiseItIsLeftToBoot() {
		assertThat(new LateInvalidValueFailureAnalyzer(new StandardEnvironment()).analyze(FAILURE)).isNull();
	}

}
