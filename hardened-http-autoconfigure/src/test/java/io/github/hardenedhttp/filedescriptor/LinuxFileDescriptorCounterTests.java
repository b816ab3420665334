package io.github.hardenedhttp.filedescriptor;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

@DisabledOnOs(OS.WINDOWS)
class LinuxFileDescriptorCounterTests {

	private static final Path SELF = Path.of("/proc/self/fd");

	@TempDir
	private Path directory;

	@Test
	void linksAreCountedByType() throws IOException {
		links("/dev/null", "socket:[1]", "socket:[2]", "socket:[3]", "pipe:[4]", "pipe:[4]", "anon_inode:[eventpoll]",
				"anon_inode:[eventfd]", "net:[5]", "/tmp/gone (deleted)");
		FileDescriptorCensus census = new LinuxFileDescriptorCounter(this.directory, () -> 1000).count();
		assertThat(census.types()).isEqualTo(Map.of(FileDescriptorType.SOCKET, 3L, FileDescriptorType.FILE, 2L,
				FileDescriptorType.PIPE, 2L, FileDescriptorType.EPOLL, 1L, FileDescriptorType.OTHER, 2L));
		assertThat(census.open()).isEqualTo(10);
		assertThat(census.max()).isEqualTo(1000);
	}

	@Test
	void theDirectoryCanBeReachedThroughALink() throws IOException {
		Path target = Files.createDirectory(this.directory.resolve("1234"));
		Files.createSymbolicLink(target.resolve("0"), Path.of("socket:[1]"));
		Path self = Files.createSymbolicLink(this.directory.resolve("self"), target);
		assertThat(new LinuxFileDescriptorCounter(self, () -> 10).count().open()).isEqualTo(1);
	}

	@Test
	void whatCannotBeReadIsOpenAllTheSame() throws IOException {
		Files.createFile(this.directory.resolve("0"));
		FileDescriptorCensus census = new LinuxFileDescriptorCounter(this.directory, () -> 10).count();
		assertThat(census.open()).isEqualTo(1);
		assertThat(census.count(FileDescriptorType.OTHER)).isEqualTo(1);
	}

	@Test
	void theLimitIsReadEachTime() throws IOException {
		long[] max = { 10 };
		LinuxFileDescriptorCounter counter = new LinuxFileDescriptorCounter(this.directory, () -> max[0]);
		assertThat(counter.count().max()).isEqualTo(10);
		max[0] = 20;
		assertThat(counter.count().max()).isEqualTo(20);
	}

	@Test
	void aDirectoryThatCannotBeListedIsAnError() throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> new LinuxFileDescriptorCounter(file, () -> 10).count());
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> new LinuxFileDescriptorCounter(this.directory.resolve("missing"), () -> 10).count());
	}

	/**
	 * The listing sees its own descriptor, which is gone when the link is read.
	 */
	@Test
	@EnabledOnOs(OS.LINUX)
	void whatVanishesBetweenListingAndReadingIsNotCounted() throws IOException {
		LinuxFileDescriptorCounter counter = new LinuxFileDescriptorCounter(SELF, () -> 10);
		for (int i = 0; i < 1000; i++) {
			int before = SELF.toFile().list().length;
			long open = counter.count().open();
			int after = SELF.toFile().list().length;
			// Other threads of the JVM open and close files too: try again
			if (before == after && open == before - 1) {
				return;
			}
		}
		fail("The count never was the listing without its own descriptor");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void realDescriptorsAreOfTheTypeTheyWereOpenedAs() throws IOException {
		Path file = Files.createFile(this.directory.resolve("open"));
		// Servers of other tests may be closing theirs.
		await().untilAsserted(() -> verifyTypes(file));
	}

	private static void verifyTypes(Path file) throws IOException {
		LinuxFileDescriptorCounter counter = new LinuxFileDescriptorCounter(SELF, () -> 10);
		FileDescriptorCensus before = counter.count();
		List<AutoCloseable> opened = new ArrayList<>();
		try {
			for (int i = 0; i < 20; i++) {
				opened.add(FileChannel.open(file));
				opened.add(SocketChannel.open());
				Pipe pipe = Pipe.open();
				opened.add(pipe.source());
				opened.add(pipe.sink());
				opened.add(Selector.open());
			}
			FileDescriptorCensus after = counter.count();
			for (FileDescriptorType type : List.of(FileDescriptorType.FILE, FileDescriptorType.SOCKET,
					FileDescriptorType.EPOLL)) {
				assertThat(after.count(type) - before.count(type)).as(type.id()).isBetween(15.0, 25.0);
			}
			// Some JDKs give a selector a pipe to be woken up through
			assertThat(after.count(FileDescriptorType.PIPE) - before.count(FileDescriptorType.PIPE))
				.isGreaterThanOrEqualTo(35.0);
		}
		finally {
			for (AutoCloseable closeable : opened) {
				closeQuietly(closeable);
			}
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void aProcessWithoutAnyDescriptorLeftIsStillCounted() throws Exception {
		Process process = new ProcessBuilder("/bin/sh", "-c", "ulimit -n 150; exec \"$0\" \"$@\"",
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m", "-cp",
				System.getProperty("java.class.path"), ExhaustedApplication.class.getName(),
				Files.createFile(this.directory.resolve("open")).toString())
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes());
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
			assertThat(output.trim()).isEqualTo("open=150 max=150 listed=false");
		}
		finally {
			process.destroyForcibly();
		}
	}

	private void links(String... targets) throws IOException {
		for (int i = 0; i < targets.length; i++) {
			Files.createSymbolicLink(this.directory.resolve(Integer.toString(i)), Path.of(targets[i]));
		}
	}

	private static void closeQuietly(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			// Nothing depends on it
		}
	}

	/**
	 * Opens a file until it cannot, and then counts.
	 */
	static final class ExhaustedApplication {

		private ExhaustedApplication() {
		}

		public static void main(String[] args) throws Exception {
			FileDescriptorCounter counter = FileDescriptorCounter.forThisMachine();
			// All classes must be there before there is no descriptor to read them with
			counter.count();
			List<FileChannel> opened = new ArrayList<>();
			Path file = Path.of(args[0]);
			File directory = new File("/proc/self/fd");
			try {
				while (opened.size() < 1000) {
					opened.add(FileChannel.open(file));
				}
			}
			catch (IOException ex) {
				FileDescriptorCensus census = counter.count();
				boolean listed = directory.list() != null;
				opened.get(0).close();
				System.out.println("open=" + census.open() + " max=" + census.max() + " listed=" + listed);
			}
		}

	}

}
