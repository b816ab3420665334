package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.timeout.TimeoutProperties.PathTimeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TimeoutPropertiesTests {

	@Test
	void defaults() {
		TimeoutProperties defaults = bind();
		assertThat(defaults.handshake()).isEqualTo(Duration.ofSeconds(10));
		assertThat(defaults.readHeader()).isEqualTo(Duration.ofSeconds(10));
		assertThat(defaults.read()).isEqualTo(Duration.ofSeconds(5));
		assertThat(defaults.minReadRate()).isEqualTo(DataSize.ofBytes(240));
		assertThat(defaults.write()).isEqualTo(Duration.ofSeconds(10));
		assertThat(defaults.minWriteRate()).isEqualTo(DataSize.ofBytes(240));
		assertThat(defaults.total()).isNull();
		assertThat(defaults.idle()).isEqualTo(Duration.ofSeconds(120));
		assertThat(defaults.upgradedIdle()).isEqualTo(Duration.ofMinutes(5));
		assertThat(defaults.bodyBuffer()).isEqualTo(DataSize.ofKilobytes(64));
		assertThat(defaults.maxWaitingWorkers()).isEqualTo(200);
		assertThat(defaults.paths()).isEmpty();
	}

	@Test
	void everyKeyIsMapped() {
		assertThat(bind("handshake=1s", "read-header=2s", "read=3s", "min-read-rate=4B", "write=5s",
				"min-write-rate=6B", "total=7s", "idle=8s", "upgraded-idle=9s", "body-buffer=10KB",
				"max-waiting-workers=11", "paths[0].pattern=/a", "paths[0].read=12s", "paths[0].min-read-rate=13B",
				"paths[0].write=14s", "paths[0].min-write-rate=15B", "paths[0].total=16s"))
			.isEqualTo(new TimeoutProperties(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3),
					DataSize.ofBytes(4), Duration.ofSeconds(5), DataSize.ofBytes(6), Duration.ofSeconds(7),
					Duration.ofSeconds(8), Duration.ofSeconds(9), DataSize.ofKilobytes(10), 11,
					List.of(new PathTimeouts("/a", Duration.ofSeconds(12), DataSize.ofBytes(13), Duration.ofSeconds(14),
							DataSize.ofBytes(15), Duration.ofSeconds(16)))));
	}

	@Test
	void valuesArriveWhereTheyWork() {
		TimeoutProperties properties = bind("handshake=1s", "read-header=2s", "read=3s", "min-read-rate=4B", "write=5s",
				"min-write-rate=6B", "total=7s", "idle=8s", "upgraded-idle=9s", "body-buffer=10KB",
				"max-waiting-workers=11");
		assertThat(properties.toConnectionTimeouts()).isEqualTo(new ConnectionTimeouts(Duration.ofSeconds(1),
				Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ofSeconds(9)));
		assertThat(properties.toRequestTimeouts())
			.isEqualTo(new RequestTimeouts(Duration.ofSeconds(3), 4, Duration.ofSeconds(5), 6, Duration.ofSeconds(7)));
		assertThat(properties.toBodyBuffer()).isEqualTo(10_240);
		assertThat(properties.toMaxWaitingWorkers(0)).isEqualTo(11);
	}

	@Test
	void thereAreFewerWaitingWorkersWhereDescriptorsAreFew() {
		assertThat(bind().toMaxWaitingWorkers(512)).isEqualTo(32);
		assertThat(bind().toMaxWaitingWorkers(1_048_576)).isEqualTo(200);
		assertThat(bind().toMaxWaitingWorkers(-1)).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "handshake,0s", "handshake,-1s", "read-header,0s", "read,0s", "write,0s", "write,-5s", "total,0s",
			"idle,0s", "upgraded-idle,-1s", "min-read-rate,-1B", "min-write-rate,-1B", "body-buffer,-1B",
			"body-buffer,17MB", "max-waiting-workers,-1" })
	void aValueThatCannotBeIsRefusedWithItsKey(String key, String value) {
		TimeoutProperties properties = bind(key + "=" + value);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> {
			properties.toConnectionTimeouts();
			properties.toRequestTimeouts();
			properties.toBodyBuffer();
			properties.toMaxWaitingWorkers(0);
		}).satisfies((ex) -> {
			assertThat(ex.getName()).isEqualTo("hardened.timeout." + key);
			assertThat(ex.getReason()).contains("Set ").endsWith(".");
		});
	}

	@ParameterizedTest
	@CsvSource({ "0, 1000", "100000, 1000", "1024, 281", "400, 32", "64, 8" })
	void whereDescriptorsAreFewFewerWaitForTheirTurn(long descriptors, int turns) {
		assertThat(TimeoutProperties.toMaxWaitingTurns(descriptors)).isEqualTo(turns);
	}

	@ParameterizedTest
	@ValueSource(strings = { "read=0s", "write=-1s", "total=0s", "min-read-rate=-1B", "min-write-rate=-1B" })
	void aValueOfAPathThatCannotBeIsRefusedWithItsKey(String setting) {
		TimeoutProperties properties = bind("paths[0].pattern=/a", "paths[1].pattern=/b", "paths[1]." + setting);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(properties::toPathTimeouts)
			.satisfies((ex) -> assertThat(ex.getName())
				.isEqualTo("hardened.timeout.paths[1]." + setting.substring(0, setting.indexOf('='))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "read=5s", "pattern=", "pattern=/a/{b", "pattern=/a/b}" })
	void aPathNeedsAPattern(String setting) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> bind("paths[0]." + setting).toPathTimeouts())
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("hardened.timeout.paths[0].pattern"));
	}

	static TimeoutProperties bind(String... settings) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		for (String setting : settings) {
			int equals = setting.indexOf('=');
			source.put("hardened.timeout." + setting.substring(0, equals), setting.substring(equals + 1));
		}
		return new Binder(source).bindOrCreate("hardened.timeout", TimeoutProperties.class);
	}

}
