package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

/**
 * The default file system, of which every step that changes something is known, and may
 * fail, or be the last one of the process.
 */
final class FaultyFileSystem extends FileSystem {

	private final FileSystem real = FileSystems.getDefault();

	private final FaultyProvider provider = new FaultyProvider(this.real.provider());

	private final List<String> steps = new ArrayList<>();

	private Fault fault = (step, number) -> {
	};

	private Set<String> views = Set.of("basic", "posix");

	private boolean links = true;

	/**
	 * What happens before a step.
	 */
	interface Fault {

		void before(String step, int number) throws IOException;

	}

	/**
	 * The process is no more: nothing catches it, and whatever it still does to the file
	 * system ends in it, too.
	 */
	@SuppressWarnings("serial")
	static final class Killed extends Error {

	}

	Path path(Path path) {
		return wrap(path);
	}

	/**
	 * The process is killed before a step.
	 * @param last the number of the step, from 0
	 */
	void killBefore(int last) {
		this.fault = (step, number) -> {
			if (number >= last) {
				throw new Killed();
			}
		};
	}

	void fault(Fault fault) {
		this.fault = fault;
	}

	/**
	 * From here on steps are counted anew.
	 */
	void reset() {
		this.steps.clear();
	}

	List<String> steps() {
		return List.copyOf(this.steps);
	}

	void withoutPermissions() {
		this.views = Set.of("basic");
	}

	void withoutLinks() {
		this.links = false;
	}

	private void step(String verb, Path path) throws IOException {
		String step = verb + " " + path.getFileName();
		this.fault.before(step, this.steps.size());
		this.steps.add(step);
	}

	private Path wrap(Path path) {
		return (Path) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Path.class },
				new FaultyPath(path));
	}

	private static Path unwrap(Path path) {
		return Proxy.isProxyClass(path.getClass()) ? ((FaultyPath) Proxy.getInvocationHandler(path)).path : path;
	}

	@Override
	public FileSystemProvider provider() {
		return this.provider;
	}

	@Override
	public void close() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isOpen() {
		return true;
	}

	@Override
	public boolean isReadOnly() {
		return false;
	}

	@Override
	public String getSeparator() {
		return this.real.getSeparator();
	}

	@Override
	public Iterable<Path> getRootDirectories() {
		return List.of(wrap(this.real.getRootDirectories().iterator().next()));
	}

	@Override
	public Iterable<FileStore> getFileStores() {
		return this.real.getFileStores();
	}

	@Override
	public Set<String> supportedFileAttributeViews() {
		return this.views;
	}

	@Override
	public Path getPath(String first, String... more) {
		return wrap(this.real.getPath(first, more));
	}

	@Override
	public PathMatcher getPathMatcher(String syntaxAndPattern) {
		throw new UnsupportedOperationException();
	}

	@Override
	public UserPrincipalLookupService getUserPrincipalLookupService() {
		return this.real.getUserPrincipalLookupService();
	}

	@Override
	public WatchService newWatchService() {
		throw new UnsupportedOperationException();
	}

	private final class FaultyPath implements InvocationHandler {

		private final Path path;

		private FaultyPath(Path path) {
			this.path = path;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			if (method.getName().equals("getFileSystem")) {
				return FaultyFileSystem.this;
			}
			Object[] unwrapped = (arguments != null) ? arguments.clone() : new Object[0];
			for (int i = 0; i < unwrapped.length; i++) {
				unwrapped[i] = (unwrapped[i] instanceof Path argument) ? unwrap(argument) : unwrapped[i];
			}
			try {
				Object result = method.invoke(this.path, unwrapped);
				return (result instanceof Path resulting) ? wrap(resulting) : result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		}

	}

	private final class FaultyProvider extends FileSystemProvider {

		private final FileSystemProvider real;

		private FaultyProvider(FileSystemProvider real) {
			this.real = real;
		}

		@Override
		public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
				throws IOException {
			if (options.contains(StandardOpenOption.CREATE_NEW)) {
				step("create", path);
			}
			return new FaultyChannel(unwrap(path), this.real.newFileChannel(unwrap(path), options, attributes));
		}

		@Override
		public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
				FileAttribute<?>... attributes) throws IOException {
			if (!Set.of(StandardOpenOption.READ).containsAll(options)) {
				throw new UnsupportedOperationException();
			}
			return this.real.newByteChannel(unwrap(path), options, attributes);
		}

		@Override
		public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
				throws IOException {
			DirectoryStream<Path> stream = this.real.newDirectoryStream(unwrap(directory), (entry) -> true);
			return new DirectoryStream<>() {

				@Override
				public Iterator<Path> iterator() {
					return StreamSupport.stream(stream.spliterator(), false)
						.map(FaultyFileSystem.this::wrap)
						.iterator();
				}

				@Override
				public void close() throws IOException {
					stream.close();
				}

			};
		}

		@Override
		public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
			step("mkdir", directory);
			this.real.createDirectory(unwrap(directory), attributes);
		}

		@Override
		public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
			if (!FaultyFileSystem.this.links) {
				throw new UnsupportedOperationException();
			}
			step("link", link);
			this.real.createSymbolicLink(unwrap(link), unwrap(target), attributes);
		}

		@Override
		public Path readSymbolicLink(Path link) throws IOException {
			return wrap(this.real.readSymbolicLink(unwrap(link)));
		}

		@Override
		public void delete(Path path) throws IOException {
			// What is not there is no step.
			this.real.readAttributes(unwrap(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
			step("delete", path);
			this.real.delete(unwrap(path));
		}

		@Override
		public void move(Path source, Path target, CopyOption... options) throws IOException {
			step("move " + source.getFileName() + " to", target);
			this.real.move(unwrap(source), unwrap(target), options);
		}

		@Override
		public void copy(Path source, Path target, CopyOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void checkAccess(Path path, AccessMode... modes) throws IOException {
			if (List.of(modes).contains(AccessMode.WRITE)) {
				try {
					FaultyFileSystem.this.fault.before("access " + path.getFileName(), -1);
				}
				catch (IOException ex) {
					throw new AccessDeniedException(path.toString());
				}
			}
			this.real.checkAccess(unwrap(path), modes);
		}

		@Override
		public boolean isSameFile(Path path, Path other) throws IOException {
			return this.real.isSameFile(unwrap(path), unwrap(other));
		}

		@Override
		public boolean isHidden(Path path) throws IOException {
			return this.real.isHidden(unwrap(path));
		}

		@Override
		public FileStore getFileStore(Path path) throws IOException {
			return this.real.getFileStore(unwrap(path));
		}

		@Override
		public <V extends FileAttributeView> @Nullable V getFileAttributeView(Path path, Class<V> type,
				LinkOption... options) {
			return this.real.getFileAttributeView(unwrap(path), type, options);
		}

		@Override
		public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
				throws IOException {
			return this.real.readAttributes(unwrap(path), type, options);
		}

		@Override
		public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
				throws IOException {
			return this.real.readAttributes(unwrap(path), attributes, options);
		}

		@Override
		public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public String getScheme() {
			return "faulty";
		}

		@Override
		public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileSystem getFileSystem(URI uri) {
			return FaultyFileSystem.this;
		}

		@Override
		public Path getPath(URI uri) {
			throw new UnsupportedOperationException();
		}

	}

	private final class FaultyChannel extends FileChannel {

		private final Path path;

		private final FileChannel real;

		private FaultyChannel(Path path, FileChannel real) {
			this.path = path;
			this.real = real;
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			step("write", this.path);
			// First a half, so that there is a half to be killed at.
			int part = (this.real.position() == 0) ? source.remaining() / 2 : source.remaining();
			int written = this.real.write(source.slice(source.position(), part));
			source.position(source.position() + written);
			return written;
		}

		@Override
		public int write(ByteBuffer source, long position) throws IOException {
			step("write", this.path);
			return this.real.write(source, position);
		}

		@Override
		public void force(boolean metaData) throws IOException {
			step("force", this.path);
			this.real.force(metaData);
		}

		@Override
		public FileChannel truncate(long size) throws IOException {
			step("truncate", this.path);
			this.real.truncate(size);
			return this;
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			return this.real.read(target);
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			return this.real.read(target, position);
		}

		@Override
		public FileLock lock(long position, long size, boolean shared) throws IOException {
			return this.real.lock(position, size, shared);
		}

		@Override
		public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
			return this.real.tryLock(position, size, shared);
		}

		@Override
		public long position() throws IOException {
			return this.real.position();
		}

		@Override
		public FileChannel position(long newPosition) throws IOException {
			this.real.position(newPosition);
			return this;
		}

		@Override
		public long size() throws IOException {
			return this.real.size();
		}

		@Override
		protected void implCloseChannel() throws IOException {
			this.real.close();
		}

		@Override
		public long read(ByteBuffer[] targets, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long write(ByteBuffer[] sources, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long transferTo(long position, long count, WritableByteChannel target) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long transferFrom(ReadableByteChannel source, long position, long count) {
			throw new UnsupportedOperationException();
		}

		@Override
		public MappedByteBuffer map(MapMode mode, long position, long size) {
			throw new UnsupportedOperationException();
		}

	}

}
