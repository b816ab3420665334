package io.github.hardenedhttp.protocol;

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

class ProtocolPropertiesTests {

	@Test
	void theDefaultsAreThoseOfTheManual() {
		assertThat(bind(Map.of())).isEqualTo(
				new ProtocolProperties(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), true, 100));
	}

	@Test
	void everyKeyIsMapped() {
		ProtocolProperties properties = bind(Map.of("hardened.protocol.allowed-methods", "GET,VERSION-CONTROL",
				"hardened.protocol.strict-framing", "false", "hardened.protocol.max-headers", "7"));
		assertThat(properties.toAllowedMethods()).containsExactly("GET", "VERSION-CONTROL");
		assertThat(properties.strictFraming()).isFalse();
		assertThat(properties.toMaxHeaders()).isEqualTo(7);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "get", "GET HEAD", "GE:T", "CONNECT" })
	void whatNoRequestCouldHaveIsNoMethod(String methods) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(Map.of("hardened.protocol.allowed-methods", methods)).toAllowedMethods())
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("hardened.protocol.allowed-methods"));
	}

	@ParameterizedTest
	@CsvSource({ "0", "-1", "10001" })
	void aNumberOfHeadersOutOfRangeIsRefused(String headers) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(Map.of("hardened.protocol.max-headers", headers)).toMaxHeaders())
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("hardened.protocol.max-headers"));
	}

	private static ProtocolProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("hardened.protocol",
				ProtocolProperties.class);
	}

}
