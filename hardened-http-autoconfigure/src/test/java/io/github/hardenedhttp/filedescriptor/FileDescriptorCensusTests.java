package io.github.hardenedhttp.filedescriptor;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorCensusTests {

	@Test
	void openIsTheSumOfTheTypes() {
		FileDescriptorCensus census = FileDescriptorCensus
			.ofTypes(Map.of(FileDescriptorType.SOCKET, 7L, FileDescriptorType.FILE, 3L), 40);
		assertThat(census.open()).isEqualTo(10);
		assertThat(census.max()).isEqualTo(40);
		assertThat(census.ratio()).isEqualTo(0.25);
	}

	@Test
	void typesWithoutDescriptorsAreZeroNotAbsent() {
		FileDescriptorCensus census = FileDescriptorCensus.ofTypes(Map.of(FileDescriptorType.PIPE, 2L), 40);
		assertThat(census.types()).containsOnlyKeys(FileDescriptorType.values());
		assertThat(census.count(FileDescriptorType.PIPE)).isEqualTo(2);
		assertThat(census.count(FileDescriptorType.EPOLL)).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void unknownTypesAreNotZero(FileDescriptorType type) {
		FileDescriptorCensus census = FileDescriptorCensus.withoutTypes(10, 40);
		assertThat(census.types()).isNull();
		assertThat(census.count(type)).isNaN();
		assertThat(census.ratio()).isEqualTo(0.25);
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 0 })
	void withoutALimitNothingOfItIsUsed(long max) {
		assertThat(FileDescriptorCensus.withoutTypes(10, max).ratio()).isZero();
	}

}
