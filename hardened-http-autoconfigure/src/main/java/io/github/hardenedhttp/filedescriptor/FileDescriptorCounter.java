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
		boolean linux = "Linux".equals(System.getProperty("os.name"));
		return of(ManagementFactory.getOperatingSystemMXBean(), linux ? Path.of("/proc/self/fd") : null);
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

}
