package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

class DirectorySizeCounterTests {

	private static final Path OWN = Path.of("/proc/self/fd");

	@TempDir
	private Path directory;

	@Test
	@EnabledOnOs(OS.LINUX)
	void countsWhatIsOpen() throws IOException {
		assumeThat(DirectorySizeCounter.isRightAbout(OWN)).as("a kernel that tells the number").isTrue();
		DirectorySizeCounter counter = new DirectorySizeCounter(OWN, () -> 34);
		assertThat(counter.count().max()).isEqualTo(34);
		assertThat(counter.count().types()).isNull();
		// Servers of other tests may be closing theirs.
		await().untilAsserted(() -> assertThat(counted(counter)).isBetween(190L, 210L));
	}

	/**
	 * By how much the count rises when 200 are opened.
	 */
	private static long counted(DirectorySizeCounter counter) throws IOException {
		long before = counter.count().open();
		Pipe[] pipes = new Pipe[100];
		for (int i = 0; i < pipes.length; i++) {
			pipes[i] = Pipe.open();
		}
		long after = counter.count().open();
		for (Pipe pipe : pipes) {
			pipe.source().close();
			pipe.sink().close();
		}
		return after - before;
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aSizeInBytesIsNotBelieved() throws IOException {
		for (int i = 0; i < 3000; i++) {
			Files.createFile(this.directory.resolve("a-rather-long-name-of-an-empty-file-" + i));
		}
		assertThat(DirectorySizeCounter.isRightAbout(this.directory)).isFalse();
	}

	@Test
	void aDirectoryThatIsNotThereIsNotBelieved() {
		assertThat(DirectorySizeCounter.isRightAbout(this.directory.resolve("missing"))).isFalse();
	}

	@Test
	void noSizeIsNoNumber() {
		DirectorySizeCounter counter = new DirectorySizeCounter(this.directory.resolve("missing"), () -> 34);
		assertThatIOException().isThrownBy(counter::count);
	}

}
