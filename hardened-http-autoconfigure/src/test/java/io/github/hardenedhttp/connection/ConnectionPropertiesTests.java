package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.Map;

import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import io.github.hardenedhttp.undertow.GuardMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ConnectionPropertiesTests {

	@Test
	void theDefaultsAreThoseOfTheManual() {
		assertThat(bind(Map.of())).isEqualTo(new ConnectionProperties(ConnectionCap.of("auto"), 0, Duration.ofHours(1),
				1000, DataSize.ofKilobytes(256),
				new ConnectionProperties.TcpKeepAlive(Duration.ofSeconds(15), Duration.ofSeconds(15), 9)));
	}

	@Test
	void everyKeyIsMapped() {
		assertThat(bind(Map.of("hardened.connection.tcp-keep-alive.idle", "60s",
				"hardened.connection.tcp-keep-alive.interval", "5s", "hardened.connection.tcp-keep-alive.count", "3"))
			.tcpKeepAlive()
			.toCustomizer()).isEqualTo(new TcpKeepAliveCustomizer(60, 5, 3));
		ConnectionProperties properties = bind(Map.of("hardened.connection.max", "77",
				"hardened.connection.max-per-client", "5", "hardened.connection.max-age", "2h",
				"hardened.connection.max-requests", "9", "hardened.connection.send-buffer", "1MB"));
		assertThat(properties.toSendBuffer()).isEqualTo(new SendBuffer(1_048_576));
		assertThat(properties.toCap().connections(1000, ConnectionDescriptors.SOCKET)).isEqualTo(77);
		assertThat(properties.toMaxPerClient()).isEqualTo(5);
		assertThat(properties.maxAge()).isEqualTo(Duration.ofHours(2));
		assertThat(properties.maxRequests()).isEqualTo(9);
	}

	@ParameterizedTest
	@CsvSource({ "512,153", "300,16", "1024,560", "20000,10000", "0,10000", "-1,10000" })
	void withoutANumberTheCapFollowsFromTheDescriptors(long descriptors, int expected) {
		assertThat(ConnectionCap.of("auto").connections(descriptors, ConnectionDescriptors.SOCKET))
			.isBetween(expected - 8, expected + 8);
		assertThat(ConnectionCap.of("AUTO").origin(descriptors, ConnectionDescriptors.SOCKET)).startsWith("auto: ");
		assertThat(ConnectionCap.of("5").origin(descriptors, ConnectionDescriptors.SOCKET))
			.isEqualTo("hardened.connection.max");
	}

	@Test
	void theCapIsLowerWhereAConnectionTakesMore() {
		ConnectionDescriptors three = new ConnectionDescriptors(3);
		assertThat(ConnectionCap.of("auto").connections(4096, three)).isEqualTo((3276 - 256) / 3);
		assertThat(ConnectionCap.of("auto").connections(512, three)).isEqualTo(50);
		assertThat(ConnectionCap.of("auto").connections(1_000_000, three)).isEqualTo(10_000);
		assertThat(ConnectionCap.of("auto").origin(4096, three)).contains("less 256, 3 a connection, from");
		assertThat(ConnectionCap.of("auto").origin(4096, ConnectionDescriptors.SOCKET)).contains("less 256, from");
		assertThat(ConnectionCap.of("77").connections(512, three)).isEqualTo(77);
	}

	@ParameterizedTest
	@CsvSource({ "max,0", "max,-1", "max-per-client,-1", "max-age,0s", "max-age,-1s", "max-requests,0",
			"send-buffer,-1B", "send-buffer,1KB", "send-buffer,65MB" })
	void whatMakesNoSenseIsRefusedWithItsKey(String key, String value) {
		String name = "hardened.connection." + key;
		ConnectionProperties properties = bind(Map.of(name, value));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> {
			properties.toCap();
			properties.toMaxPerClient();
			properties.toKeepAlive(GuardMode.ENFORCE, null);
			properties.toSendBuffer();
		}).satisfies((ex) -> assertThat(ex.getName()).isEqualTo(name));
	}

	@Test
	void aCapIsANumberOrAuto() {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(Map.of("hardened.connection.max", "many")))
			.withStackTraceContaining("'many' is neither a number nor 'auto'");
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
