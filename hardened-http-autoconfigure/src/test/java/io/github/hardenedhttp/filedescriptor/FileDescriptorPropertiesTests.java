package io.github.hardenedhttp.filedescriptor;

import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.undertow.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class FileDescriptorPropertiesTests {

	@Test
	void defaults() {
		FileDescriptorProperties defaults = bind();
		assertThat(defaults.warnAt()).hasToString("80%");
		assertThat(defaults.failAt()).hasToString("95%");
	}

	@Test
	void everyKeyIsMapped() {
		assertThat(bind("warn-at=12.5%", "fail-at=34").toThresholds())
			.isEqualTo(new FileDescriptorThresholds(0.125, 0.34));
	}

	@ParameterizedTest
	@CsvSource({ "warn-at,0%", "warn-at,0", "warn-at,-5%", "warn-at,101%", "warn-at,95%", "warn-at,96%", "fail-at,0%",
			"fail-at,100.5%" })
	void aValueThatCannotBeIsRefusedWithItsKey(String key, String value) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(key + "=" + value).toThresholds())
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo("hardened.filedescriptor." + key);
				assertThat(ex.getReason()).contains("Set it ").endsWith(".");
			});
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aValueOutOfRangeStopsTheStart(CapturedOutput output) {
		FailedStart failed = FailedStart.of(output, "hardened.filedescriptor.fail-at=0%");
		assertThat(failed.description()).contains("'0%'", "'hardened.filedescriptor.fail-at'", "originating from",
				"Set it above 0% and to 100% at most");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aWarningAfterTheFailureStopsTheStart(CapturedOutput output) {
		FailedStart failed = FailedStart.of(output, "hardened.filedescriptor.warn-at=95");
		assertThat(failed.description()).contains("'95'", "'hardened.filedescriptor.warn-at'", "originating from",
				"Set it below 'hardened.filedescriptor.fail-at', which is 95%");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aWordStopsTheStart(CapturedOutput output) {
		FailedStart failed = FailedStart.of(output, "hardened.filedescriptor.warn-at=abc");
		assertThat(failed.description()).contains("'abc'", "'hardened.filedescriptor.warn-at'", "originating from",
				"cannot be read as Percentage");
		assertThat(failed.action()).startsWith("Correct the value");
	}

	private static FileDescriptorProperties bind(String... settings) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		for (String setting : settings) {
			int equals = setting.indexOf('=');
			source.put("hardened.filedescriptor." + setting.substring(0, equals), setting.substring(equals + 1));
		}
		return new Binder(source).bindOrCreate("hardened.filedescriptor", FileDescriptorProperties.class);
	}

}
