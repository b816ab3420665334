package io.github.hardenedhttp.connection;

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

class ConnectionPropertiesTests {

	@Test
	void theDefaultsAreThoseOfTheManual() {
		assertThat(bind(Map.of()).tcpKeepAlive())
			.isEqualTo(new ConnectionProperties.TcpKeepAlive(Duration.ofSeconds(15), Duration.ofSeconds(15), 9));
	}

	@Test
	void everyKeyIsMapped() {
		assertThat(bind(Map.of("hardened.connection.tcp-keep-alive.idle", "60s",
				"hardened.connection.tcp-keep-alive.interval", "5s", "hardened.connection.tcp-keep-alive.count", "3"))
			.tcpKeepAlive()
			.toCustomizer()).isEqualTo(new TcpKeepAliveCustomizer(60, 5, 3));
	}

	@ParameterizedTest
	@CsvSource({ "idle,0s", "idle,-1s", "idle,1500ms", "idle,10h", "interval,0s", "interval,500ms", "count,0",
			"count,128" })
	void whatTheKernelWouldNotTakeIsRefusedWithItsKey(String key, String value) {
		String name = "hardened.connection.tcp-keep-alive." + key;
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind(Map.of(name, value)).tcpKeepAlive().toCustomizer())
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo(name));
	}

	private static ConnectionProperties bind(Map<String, String> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("hardened.connection",
				ConnectionProperties.class);
	}

}
