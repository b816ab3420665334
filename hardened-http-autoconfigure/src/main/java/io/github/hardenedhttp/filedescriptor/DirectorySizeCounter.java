package io.github.hardenedhttp.filedescriptor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Asks Linux for the size of {@code /proc/self/fd}: since 6.2 that is the number of open
 * descriptors (proc_pid_fd(5)). It takes 2 microseconds however many there are, and no
 * descriptor.
 */
final class DirectorySizeCounter implements FileDescriptorCounter {

	// What other threads may open or close between two counts.
	private static final int TOLERANCE = 64;

	private final File directory;

	private final LongSupplier max;

	DirectorySizeCounter(Path directory, LongSupplier max) {
		this.directory = directory.toFile();
		this.max = max;
	}

	/**
	 * Whether the size is the number of entries. Older kernels say 0, and what is not
	 * Linux but looks like it may say anything.
	 * @param directory the directory
	 * @return whether size and entries agree
	 */
	static boolean isRightAbout(Path directory) {
		long size = directory.toFile().length();
		String[] entries = directory.toFile().list();
		return size > 0 && entries != null && Math.abs(size - entries.length) <= TOLERANCE;
	}

	@Override
	public FileDescriptorCensus count() throws IOException {
		long open = this.directory.length();
		if (open == 0) {
			throw new IOException("Cannot tell the size of " + this.directory);
		}
		return FileDescriptorCensus.withoutTypes(open, this.max.getAsLong());
	}

}
