package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.springframework.util.FileSystemUtils;

/**
 * What a store needs of a file system, with the care it needs: files are private from
 * their first moment on (0600 in 0700, whatever the umask), and on the disk when a method
 * returns. Where the file system has no POSIX permissions (Windows), files are as private
 * as the directory above, and directories are not forced to the disk: it cannot be done
 * there.
 */
final class PrivateFiles {

	// No key and no chain comes near it; what is larger was not written here.
	private static final int LARGEST = 1024 * 1024;

	private static final Set<PosixFilePermission> WRITING_OTHERS = Set.of(PosixFilePermission.GROUP_WRITE,
			PosixFilePermission.OTHERS_WRITE);

	private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

	private final boolean posix;

	PrivateFiles(FileSystem fileSystem) {
		this.posix = fileSystem.supportedFileAttributeViews().contains("posix");
	}

	boolean posix() {
		return this.posix;
	}

	void createDirectories(Path directory) throws IOException {
		Files.createDirectories(directory, permissions("rwx------"));
	}

	/**
	 * Creates a directory whose parent exists, if it is not there.
	 */
	void createDirectory(Path directory) throws IOException {
		if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			Files.createDirectory(directory, permissions("rwx------"));
			syncParent(directory);
		}
	}

	/**
	 * Creates a file that is not there. Its name is not on the disk before its directory
	 * is, see {@link #sync}.
	 */
	void write(Path file, String content) throws IOException {
		try (FileChannel channel = FileChannel.open(file,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions("rw-------"))) {
			ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(content);
			while (bytes.hasRemaining()) {
				channel.write(bytes);
			}
			channel.force(true);
		}
	}

	/**
	 * Opens a file to be locked, to read and to write, and creates it if need be.
	 */
	FileChannel open(Path file) throws IOException {
		return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), permissions("rw-------"));
	}

	/**
	 * The content of an ordinary file, not of what a link leads to.
	 */
	String read(Path file) throws IOException {
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!attributes.isRegularFile() || attributes.size() > LARGEST) {
			throw new FileSystemException(file.toString(), null,
					"it is no ordinary file of less than a megabyte, so it was not written by this store");
		}
		return Files.readString(file, StandardCharsets.ISO_8859_1);
	}

	/**
	 * Gives a file or a directory its name, over a file or link that has it, in one step.
	 */
	void rename(Path source, Path target) throws IOException {
		Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
		syncParent(target);
	}

	private void syncParent(Path path) throws IOException {
		sync(Objects.requireNonNull(path.getParent(), "the root is not made here"));
	}

	void sync(Path directory) throws IOException {
		if (this.posix) {
			try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
				channel.force(true);
			}
		}
	}

	/**
	 * Deletes a file, a link or a directory with all that is in it, if it is there. Links
	 * are not followed.
	 */
	void delete(Path path) throws IOException {
		FileSystemUtils.deleteRecursively(path);
		Files.deleteIfExists(path);
	}

	/**
	 * The names in a directory.
	 * @return the names, in no order; none if the directory is not there
	 */
	List<String> names(Path directory) throws IOException {
		List<String> names = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
			entries.forEach((entry) -> names.add(entry.getFileName().toString()));
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		return names;
	}

	boolean othersMayWrite(Path path) throws IOException {
		return permissions(path).stream().anyMatch(WRITING_OTHERS::contains);
	}

	boolean othersMayUse(Path path) throws IOException {
		return !OWNER.containsAll(permissions(path));
	}

	private Set<PosixFilePermission> permissions(Path path) throws IOException {
		return this.posix ? Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS) : Set.of();
	}

	/**
	 * What has failed, in words for a person.
	 * @return to be read after a colon
	 */
	static String reason(IOException ex) {
		if (ex instanceof AccessDeniedException) {
			return "permission denied for '%s'".formatted(System.getProperty("user.name"));
		}
		if (ex instanceof NoSuchFileException) {
			return "it does not exist";
		}
		if (ex instanceof NotDirectoryException || ex instanceof FileAlreadyExistsException) {
			return "it is not a directory";
		}
		if (ex instanceof FileSystemException failure && failure.getReason() != null) {
			return failure.getReason();
		}
		return (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getSimpleName();
	}

	private FileAttribute<?>[] permissions(String permissions) {
		return this.posix
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
				: new FileAttribute<?>[0];
	}

}
