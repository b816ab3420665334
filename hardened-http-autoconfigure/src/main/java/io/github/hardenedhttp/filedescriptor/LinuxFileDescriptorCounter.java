package io.github.hardenedhttp.filedescriptor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * Counts the links of {@code /proc/self/fd} and reads each to know its type.
 * <p>
 * All names are listed first and read afterwards. So the descriptor the listing itself
 * needed is closed by then, and not counted, like any other that was closed in between.
 * <p>
 * A process that has used up its descriptors cannot list the directory, but reading a
 * link needs no descriptor, and then every number below the limit is taken: the count
 * still works when it matters most.
 */
final class LinuxFileDescriptorCounter implements FileDescriptorCounter {

	private final Path directory;

	private final LongSupplier max;

	LinuxFileDescriptorCounter(Path directory, LongSupplier max) {
		this.directory = directory;
		this.max = max;
	}

	@Override
	public FileDescriptorCensus count() throws IOException {
		long max = this.max.getAsLong();
		// Without the link "self" in the path, each of the reads has one step less
		Path directory = this.directory.toRealPath();
		Map<FileDescriptorType, Long> types = new EnumMap<>(FileDescriptorType.class);
		for (String name : names(directory, max)) {
			FileDescriptorType type = type(directory.resolve(name));
			if (type != null) {
				types.merge(type, 1L, Long::sum);
			}
		}
		return FileDescriptorCensus.ofTypes(types, max);
	}

	private static String[] names(Path directory, long max) throws IOException {
		// File#list takes one descriptor, Files#newDirectoryStream two
		String[] names = directory.toFile().list();
		if (names != null) {
			return names;
		}
		if (max > 0 && Files.isSymbolicLink(directory.resolve(Long.toString(max - 1)))) {
			return LongStream.range(0, max).mapToObj(Long::toString).toArray(String[]::new);
		}
		throw new IOException("Cannot list " + directory);
	}

	private static @Nullable FileDescriptorType type(Path link) {
		try {
			return FileDescriptorType.ofLinkTarget(Files.readSymbolicLink(link).toString());
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (IOException ex) {
			// It is open all the same, for example a file with a path too long to read
			return FileDescriptorType.OTHER;
		}
	}

}
