package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.management.UnixOperatingSystemMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Counts the open file descriptors of this process, each time it is asked.
 */
interface FileDescriptorCounter {

	/**
	 * Counts now.
	 * @return what was found
	 * @throws IOException if the descriptors cannot be counted
	 */
	FileDescriptorCensus count() throws IOException;

	/**
	 * The best way to count on this machine.
	 * @return the counter, or {@code null} if there is none
	 */
	static @Nullable FileDescriptorCounter forThisMachine() {
		return of(ManagementFactory.getOperatingSystemMXBean(), directoryOfThisMachine());
	}

	/**
	 * The cheapest way to count on this machine, for whoever asks often.
	 * @return a counter that tells no types, or {@code null} if there is none
	 */
	static @Nullable FileDescriptorCounter cheapestForThisMachine() {
		return cheapestOf(ManagementFactory.getOperatingSystemMXBean(), directoryOfThisMachine());
	}

	private static @Nullable Path directoryOfThisMachine() {
		return "Linux".equals(System.getProperty("os.name")) ? Path.of("/proc/self/fd") : null;
	}

	/**
	 * The best way to count with what a platform has.
	 * @param platform the platform bean of the JVM
	 * @param directory where Linux shows the descriptors, {@code null} elsewhere
	 * @return the counter, or {@code null} if there is none
	 */
	static @Nullable FileDescriptorCounter of(OperatingSystemMXBean platform, @Nullable Path directory) {
		if (!(platform instanceof UnixOperatingSystemMXBean unix)) {
			return null;
		}
		if (directory == null) {
			return () -> FileDescriptorCensus.withoutTypes(unix.getOpenFileDescriptorCount(),
					unix.getMaxFileDescriptorCount());
		}
		// Without it the platform bean of Linux cannot count either: it reads the same
		return Files.isDirectory(directory) ? new LinuxFileDescriptorCounter(directory, unix::getMaxFileDescriptorCount)
				: null;
	}

	/**
	 * The cheapest way to count with what a platform has.
	 * @param platform the platform bean of the JVM
	 * @param directory where Linux shows the descriptors, {@code null} elsewhere
	 * @return a counter that tells no types, or {@code null} if there is none
	 */
	static @Nullable FileDescriptorCounter cheapestOf(OperatingSystemMXBean platform, @Nullable Path directory) {
		if (!(platform instanceof UnixOperatingSystemMXBean unix) || of(platform, directory) == null) {
			return null;
		}
		if (directory != null && DirectorySizeCounter.isRightAbout(directory)) {
			return new DirectorySizeCounter(directory, unix::getMaxFileDescriptorCount);
		}
		return () -> {
			long max = unix.getMaxFileDescriptorCount();
			try {
				return FileDescriptorCensus.withoutTypes(unix.getOpenFileDescriptorCount(), max);
			}
			catch (InternalError ex) {
				// To list the directory takes a descriptor, and none is left.
				return FileDescriptorCensus.withoutTypes(max, max);
			}
		};
	}

}
