package io.github.hardenedhttp;

import java.util.Map;

import io.github.hardenedhttp.connection.ConnectionCap;
import io.github.hardenedhttp.undertow.GuardMode;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class UnreadablePropertyFailureAnalyzerTests {

	@Test
	void theValuesOfAnEnumAreNamed() {
		FailureAnalysis analysis = analyze("hardened.mode", "of", GuardMode.class);
		assertThat(analysis.getDescription())
			.startsWith("Invalid value 'of' for configuration property 'hardened.mode' (originating from '")
			.endsWith("'): it cannot be read as GuardMode.");
		assertThat(analysis.getAction()).isEqualTo("Use 'enforce' or 'observe'.");
	}

	@Test
	void otherTypesAreInTheManual() {
		assertThat(analyze("hardened.connection.max", "many", ConnectionCap.class).getAction())
			.isEqualTo("Correct the value; docs/reference/configuration.md has the types and defaults.");
	}

	private static FailureAnalysis analyze(String key, String value, Class<?> type) {
		Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(key, value)));
		return new UnreadablePropertyFailureAnalyzer()
			.analyze(catchThrowableOfType(BindException.class, () -> binder.bind(key, type)));
	}

}
