package io.github.hardenedhttp.http2;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class Http2PropertiesTests {

	@Test
	void theDefaultsAreThoseOfTheManual() {
		assertThat(bind(Map.of())).isEqualTo(new Http2Properties(100, 128));
	}

	@Test
	void everyKeyIsMapped() {
		Http2Properties properties = bind(
				Map.of("hardened.http2.max-concurrent-streams", "1", "hardened.http2.control-frame-rate", "10"));
		assertThat(properties.toMaxConcurrentStreams()).isOne();
		assertThat(properties.toControlFrameRate()).isEqualTo(10);
	}

	@ParameterizedTest
	@CsvSource({ "max-concurrent-streams,0", "max-concurrent-streams,-1", "control-frame-rate,9",
			"control-frame-rate,-1" })
	void whatNoHonestClientCouldLiveWithIsRefusedWithItsKey(String key, String value) {
		String name = "hardened.http2." + key;
		Http2Properties properties = bind(Map.of(name, value));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> {
			properties.toMaxConcurrentStreams();
			properties.toControlFrameRate();
		}).satisfies((ex) -> assertThat(ex.getName()).isEqualTo(name));
	}

	private static Http2Properties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("hardened.http2",
				Http2Properties.class);
	}

}
