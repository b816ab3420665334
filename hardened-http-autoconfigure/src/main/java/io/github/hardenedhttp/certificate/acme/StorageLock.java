package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock of the operating system on a file, which ends with the process however that
 * ends; the file stays, with the name of the last holder in it. Within the process a
 * semaphore comes first, and nobody opens the file without it: POSIX drops a process's
 * locks on a file as soon as it closes any descriptor of it.
 */
final class StorageLock implements CertificateStore.Lock {

	private static final Map<Path, Semaphore> IN_THIS_PROCESS = new ConcurrentHashMap<>();

	private static final long POLL_MILLIS = 100;

	// Far behind the text, so that others may read it where locks are mandatory.
	private static final long LOCKED_BYTE = Integer.MAX_VALUE;

	private static final int LONGEST_TEXT = 200;

	private final Semaphore guard;

	private final FileChannel channel;

	private final AtomicBoolean closed = new AtomicBoolean();

	private StorageLock(Semaphore guard, FileChannel channel) {
		this.guard = guard;
		this.channel = channel;
	}

	/**
	 * Acquires the lock.
	 * @param file the file, by its real path
	 * @param patience how long to wait
	 * @return the lock
	 * @throws HeldException if another holds it all the time
	 */
	static StorageLock acquire(Path file, PrivateFiles files, Duration patience)
			throws HeldException, IOException, InterruptedException {
		long end = System.nanoTime() + patience.toNanos();
		Semaphore guard = IN_THIS_PROCESS.computeIfAbsent(file, (path) -> new Semaphore(1));
		if (!guard.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
			throw new HeldException("this process");
		}
		FileChannel channel = null;
		boolean acquired = false;
		try {
			channel = files.open(file);
			while (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
				if (System.nanoTime() - end >= 0) {
					throw new HeldException(readHolder(channel));
				}
				Thread.sleep(POLL_MILLIS);
			}
			writeHolder(channel);
			acquired = channel.isOpen();
			if (!acquired) {
				throw new InterruptedException();
			}
			return new StorageLock(guard, channel);
		}
		catch (OverlappingFileLockException ex) {
			// Another class loader has this class, too.
			throw new HeldException("this process");
		}
		finally {
			if (!acquired) {
				if (channel != null) {
					channel.close();
				}
				guard.release();
			}
		}
	}

	boolean isHeld() {
		return this.channel.isOpen();
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			try {
				this.channel.close();
			}
			catch (IOException ex) {
				// The descriptor is gone all the same, and the lock with it.
			}
			finally {
				this.guard.release();
			}
		}
	}

	private static void writeHolder(FileChannel channel) {
		String host = System.getenv("HOSTNAME");
		String text = "process %d%s, since %s\n".formatted(ProcessHandle.current().pid(),
				(host != null) ? " on " + host : "", Instant.now().truncatedTo(ChronoUnit.SECONDS));
		try {
			channel.truncate(0);
			channel.write(StandardCharsets.UTF_8.encode(text), 0);
		}
		catch (IOException ex) {
			// Only the others' message is poorer: the lock is held. Unless the thread was
			// interrupted, which closes the channel.
		}
	}

	private static String readHolder(FileChannel channel) throws IOException {
		ByteBuffer text = ByteBuffer.allocate(LONGEST_TEXT);
		int length = channel.read(text, 0);
		return (length > 0) ? StandardCharsets.UTF_8.decode(text.flip()).toString().strip() : "another process";
	}

	/**
	 * Another holds the lock; the message says who.
	 */
	@SuppressWarnings("serial")
	static final class HeldException extends Exception {

		HeldException(String holder) {
			super(holder);
		}

	}

}
