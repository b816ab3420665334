package io.github.hardenedhttp.hsts;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HstsPropertiesTests {

	@Test
	void defaults() {
		assertThat(bind(Map.of())).isEqualTo(new HstsProperties(true, Duration.ofDays(730), false, false));
	}

	@Test
	void everyKeyIsMapped() {
		assertThat(bind(Map.of("hardened.hsts.enabled", "false", "hardened.hsts.max-age", "400d",
				"hardened.hsts.include-sub-domains", "true", "hardened.hsts.preload", "true")))
			.isEqualTo(new HstsProperties(false, Duration.ofDays(400), true, true));
	}

	@Test
	void aNumberWithoutUnitIsInSecondsAsInTheHeader() {
		assertThat(bind(Map.of("hardened.hsts.max-age", "63072000")).toPolicy().headerValue())
			.isEqualTo("max-age=63072000");
	}

	@Test
	void zeroTakesThePromiseBack() {
		assertThat(bind(Map.of("hardened.hsts.max-age", "0s")).toPolicy().headerValue()).isEqualTo("max-age=0");
	}

	@Test
	void preloadIsAllowedFromAYearOnWithSubDomains() {
		assertThat(new HstsProperties(true, Duration.ofDays(365), true, true).toPolicy().headerValue())
			.isEqualTo("max-age=31536000; includeSubDomains; preload");
	}

	@ParameterizedTest
	@CsvSource({ "P364DT23H59M59S, true", "P730D, false", "PT0S, true" })
	void preloadIsRefusedWithLess(Duration maxAge, boolean includeSubDomains) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> new HstsProperties(true, maxAge, includeSubDomains, true).toPolicy())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo("hardened.hsts.preload");
				assertThat(ex.getReason()).contains("'hardened.hsts.max-age' to at least 365d")
					.contains("'hardened.hsts.include-sub-domains' to true");
			});
	}

	@ParameterizedTest
	@CsvSource({ "-1s", "-1d", "500ms", "1500ms" })
	void aMaxAgeThatTheHeaderCannotSayIsRefused(String maxAge) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(Map.of("hardened.hsts.max-age", maxAge)).toPolicy())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo("hardened.hsts.max-age");
				assertThat(ex.getReason()).contains("set it to 0s");
			});
	}

	private HstsProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("hardened.hsts",
				HstsProperties.class);
	}

}
