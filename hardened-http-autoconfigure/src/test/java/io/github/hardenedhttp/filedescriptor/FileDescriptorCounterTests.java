package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.management.UnixOperatingSystemMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class FileDescriptorCounterTests {

	private final UnixOperatingSystemMXBean unix = mock(UnixOperatingSystemMXBean.class);

	@TempDir
	private Path directory;

	@Test
	void aPlatformThatCountsNothingHasNoCounter() {
		assertThat(FileDescriptorCounter.of(mock(OperatingSystemMXBean.class), this.directory)).isNull();
	}

	@Test
	void withoutADirectoryThePlatformCountsAndTypesAreUnknown() throws IOException {
		given(this.unix.getOpenFileDescriptorCount()).willReturn(12L);
		given(this.unix.getMaxFileDescriptorCount()).willReturn(34L);
		assertThat(FileDescriptorCounter.of(this.unix, null).count()).isEqualTo(new FileDescriptorCensus(12, 34, null));
	}

	@Test
	void linuxWithoutTheDirectoryHasNoCounter() {
		assertThat(FileDescriptorCounter.of(this.unix, this.directory.resolve("missing"))).isNull();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void withTheDirectoryOnlyTheLimitComesFromThePlatform() throws IOException {
		given(this.unix.getOpenFileDescriptorCount()).willReturn(12L);
		given(this.unix.getMaxFileDescriptorCount()).willReturn(34L);
		Files.createSymbolicLink(this.directory.resolve("0"), Path.of("socket:[1]"));
		FileDescriptorCensus census = FileDescriptorCounter.of(this.unix, this.directory).count();
		assertThat(census.open()).isEqualTo(1);
		assertThat(census.max()).isEqualTo(34);
		assertThat(census.count(FileDescriptorType.SOCKET)).isEqualTo(1);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTellsTypes() throws IOException {
		FileDescriptorCensus census = FileDescriptorCounter.forThisMachine().count();
		assertThat(census.open()).isPositive().isLessThanOrEqualTo(census.max());
		assertThat(census.types()).isNotNull();
	}

	@Test
	void whatHasNoCounterHasNoCheapOneEither() {
		assertThat(FileDescriptorCounter.cheapestOf(mock(OperatingSystemMXBean.class), null)).isNull();
		assertThat(FileDescriptorCounter.cheapestOf(this.unix, this.directory.resolve("missing"))).isNull();
	}

	@Test
	void whereTheKernelDoesNotTellThePlatformIsTheCheapest() throws IOException {
		given(this.unix.getOpenFileDescriptorCount()).willReturn(12L);
		given(this.unix.getMaxFileDescriptorCount()).willReturn(34L);
		assertThat(FileDescriptorCounter.cheapestOf(this.unix, null).count())
			.isEqualTo(new FileDescriptorCensus(12, 34, null));
	}

	@Test
	void thePlatformThatCannotEvenListIsAtTheLimit() throws IOException {
		given(this.unix.getOpenFileDescriptorCount())
			.willThrow(new InternalError("errno: 24 error: Unable to open directory /proc/self/fd"));
		given(this.unix.getMaxFileDescriptorCount()).willReturn(34L);
		assertThat(FileDescriptorCounter.cheapestOf(this.unix, null).count())
			.isEqualTo(new FileDescriptorCensus(34, 34, null));
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void theCheapestWayFindsTheSameNumber() {
		// Servers of other tests may be closing theirs.
		await().untilAsserted(() -> {
			FileDescriptorCensus cheap = FileDescriptorCounter.cheapestForThisMachine().count();
			FileDescriptorCensus all = FileDescriptorCounter.forThisMachine().count();
			assertThat(cheap.open()).isCloseTo(all.open(), within(10L));
			assertThat(cheap.max()).isEqualTo(all.max());
			assertThat(cheap.types()).isNull();
		});
	}

}
