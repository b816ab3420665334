package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A directory of PEM files, laid out so that whoever knows certbot finds their way: <pre>
 * .lock                                   locked during an order; who did it last
 * accounts/HOST-HASH.pem                  an account key
 * orders/NAME.pem                         the key of a certificate that is being issued
 * archive/NAME/N/privkey.pem              the N-th certificate of that name: its key,
 *                cert.pem                 the certificate alone,
 *                chain.pem                its issuers,
 *                fullchain.pem            and both
 * live/NAME                               a link to the newest N, for other programs
 * </pre> What is in the archive with the highest N counts. It gets its number when it is
 * whole and on the disk, by renaming its directory; so does a program that goes through
 * {@code live} never meet half of it, though it may open one file before and one after.
 * What is not whole is called {@code .new}; that of a process that was killed is deleted
 * under the next lock. The last {@value #KEPT} are kept.
 * <p>
 * The directory and all in it belong to the user the application runs as. It is refused
 * where others may write: they could put their own key or link there. A key that others
 * may read is refused, too.
 */
final class FileCertificateStore implements CertificateStore {

	private static final Log logger = LogFactory.getLog(FileCertificateStore.class);

	static final int KEPT = 3;

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

	private static final Pattern GENERATION = Pattern.compile("[1-9][0-9]{0,8}");

	private static final String NEW = ".new";

	private static final String OLD = ".old";

	private static final String ORDER = "Order ";

	// More than an account key and a certificate with its chain take, four files each.
	private static final int ROOM = 64 * 1024;

	private final Path root;

	private final Path accounts;

	private final Path orders;

	private final Path archive;

	private final Path live;

	private final PrivateFiles files;

	private volatile @Nullable StorageLock lock;

	private FileCertificateStore(Path root, PrivateFiles files) {
		this.root = root;
		this.accounts = root.resolve("accounts");
		this.orders = root.resolve("orders");
		this.archive = root.resolve("archive");
		this.live = root.resolve("live");
		this.files = files;
	}

	/**
	 * Opens a directory, and makes it if it is not there. What a killed process has left
	 * is cleared away, unless another process is at work.
	 * @param directory the directory
	 * @return the store
	 * @throws CertificateStoreException if it is no directory, cannot be written to or
	 * others may write to it
	 */
	static FileCertificateStore open(Path directory) {
		PrivateFiles files = new PrivateFiles(directory.getFileSystem());
		FileCertificateStore store;
		try {
			files.createDirectories(directory);
			store = new FileCertificateStore(directory.toRealPath(), files);
		}
		catch (IOException ex) {
			throw unusable(directory, ex);
		}
		for (Path part : List.of(store.root, store.accounts, store.orders, store.archive, store.live)) {
			store.prepare(part);
		}
		store.warn();
		store.tidyUnlessHeld();
		return store;
	}

	private void prepare(Path part) {
		try {
			this.files.createDirectory(part);
			if (this.files.othersMayWrite(part)) {
				throw new CertificateStoreException(part.toString(),
						"may be written to by others than its owner, who could put their own key there",
						"Look whether anybody has, and run 'chmod go-w' on it; or choose another directory.", null);
			}
			if (!Files.isWritable(part)) {
				throw new FileSystemException(part.toString(), null,
						"it is read-only, or '%s' may not write to it".formatted(System.getProperty("user.name")));
			}
		}
		catch (IOException ex) {
			throw unusable(part, ex);
		}
	}

	private void warn() {
		try {
			if (!this.files.posix()) {
				logger.warn("This file system has no POSIX permissions: see to it that nobody else may read '%s'"
					.formatted(this.root));
			}
			else if (this.files.othersMayUse(this.root)) {
				logger.warn("Others may list '%s', though not read the keys in it; 'chmod 700' makes it private"
					.formatted(this.root));
			}
		}
		catch (IOException ex) {
			throw unusable(this.root, ex);
		}
	}

	private void tidyUnlessHeld() {
		try {
			StorageLock lock = StorageLock.acquire(lockFile(), this.files, Duration.ZERO);
			try {
				tidy();
			}
			finally {
				lock.close();
			}
		}
		catch (StorageLock.HeldException ex) {
			// The holder has tidied up.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			logger.warn("'%s' could not be tidied up: %s".formatted(this.root, PrivateFiles.reason(ex)));
		}
	}

	@Override
	public Optional<KeyPair> loadAccountKey(URI directory) {
		Path file = accountFile(directory);
		try {
			return Optional.of(Pem.keyPair(readSecret(file)));
		}
		catch (NoSuchFileException ex) {
			return Optional.empty();
		}
		catch (IOException ex) {
			throw unreadable(file, ex, "Restore it from a backup, or move it away to have a new account.");
		}
	}

	@Override
	public void saveAccountKey(URI directory, KeyPair key) {
		requireLock();
		Path file = accountFile(directory);
		Path temporary = this.accounts.resolve(NEW);
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			throw new CertificateStoreException(file.toString(), "is there already",
					"Move it away if there shall be a new account.", null);
		}
		try {
			this.files.delete(temporary);
			this.files.write(temporary, "Account key for %s%n%s".formatted(directory, Pem.of(key)));
			this.files.rename(temporary, file);
		}
		catch (IOException ex) {
			throw unwritable(file, temporary, ex);
		}
	}

	private Path accountFile(URI directory) {
		String host = Optional.ofNullable(directory.getHost()).orElse("").replaceAll("[^A-Za-z0-9.-]", "_");
		return this.accounts.resolve("%s-%s.pem".formatted(host, Sha256.start(directory.toString(), 8)));
	}

	@Override
	public Optional<StoredCertificate> loadCertificate(String name) {
		Path generations = generations(name);
		try {
			int newest = newest(generations);
			while (newest > 0) {
				int read = newest;
				try {
					return Optional.of(read(generations.resolve(String.valueOf(read))));
				}
				catch (CertificateStoreException ex) {
					// Another process may have replaced it and deleted this one
					// meanwhile.
					newest = newest(generations);
					if (newest == read) {
						throw ex;
					}
				}
			}
			refuseForeign(generations);
			return Optional.empty();
		}
		catch (IOException ex) {
			throw unreadable(generations, ex, "Restore it from a backup, or move it away to have a new certificate.");
		}
	}

	private StoredCertificate read(Path generation) {
		List<X509Certificate> chain = readCertificates(generation.resolve("fullchain.pem"));
		PrivateKey key = readPrivateKey(generation.resolve("privkey.pem"));
		if (chain.isEmpty()) {
			throw damaged(generation.resolve("fullchain.pem"), "it has no certificate");
		}
		if (!StoredCertificate.matches(key, chain.get(0).getPublicKey())) {
			throw damaged(generation.resolve("privkey.pem"), "it is not the key of fullchain.pem");
		}
		// Two that say the same, so that a chain that has lost its end is noticed.
		requireSame(generation.resolve("cert.pem"), chain.subList(0, 1));
		requireSame(generation.resolve("chain.pem"), chain.subList(1, chain.size()));
		return new StoredCertificate(key, chain);
	}

	private PrivateKey readPrivateKey(Path file) {
		try {
			return Pem.privateKey(readSecret(file));
		}
		catch (IOException ex) {
			throw damaged(file, ex);
		}
	}

	private List<X509Certificate> readCertificates(Path file) {
		try {
			return Pem.certificates(this.files.read(file));
		}
		catch (IOException ex) {
			throw damaged(file, ex);
		}
	}

	private void requireSame(Path file, List<X509Certificate> expected) {
		if (!readCertificates(file).equals(expected)) {
			throw damaged(file, "it has not the same certificates as fullchain.pem");
		}
	}

	private String readSecret(Path file) throws IOException {
		if (this.files.othersMayUse(file)) {
			throw new CertificateStoreException(file.toString(), "may be read or changed by others than its owner",
					"Run 'chmod 600' on it; if anybody may have read it, move it away as well, and have the certificate revoked.",
					null);
		}
		return this.files.read(file);
	}

	private void refuseForeign(Path generations) throws IOException {
		for (String name : this.files.names(generations)) {
			if (!name.equals(NEW) && !name.equals(OLD)) {
				throw new CertificateStoreException(generations.resolve(name).toString(),
						"was not written by this store, and nothing else is there",
						"Choose a directory that no other program uses, or move it away.", null);
			}
		}
	}

	@Override
	public Optional<StartedOrder> loadOrder(String name) {
		Path file = orderFile(name);
		try {
			String text = readSecret(file);
			return Optional.of(new StartedOrder(orderLocation(text), Pem.keyPair(text)));
		}
		catch (NoSuchFileException ex) {
			return Optional.empty();
		}
		catch (IOException | CertificateStoreException ex) {
			logger.warn("'%s' is of no use, and another certificate is ordered: %s".formatted(file, ex.getMessage()));
			return Optional.empty();
		}
	}

	/**
	 * No exception from here has a cause or any part of the text: where line breaks are
	 * lost, the key is part of what should be the address.
	 */
	private static URI orderLocation(String text) throws IOException {
		String location = text.lines().findFirst().orElse("");
		if (location.startsWith(ORDER)) {
			try {
				return new URI(location.substring(ORDER.length()));
			}
			catch (URISyntaxException ex) {
				// Its message has the text in it.
			}
		}
		throw new IOException("it does not begin with the address of an order");
	}

	@Override
	public void saveOrder(String name, StartedOrder order) {
		Path file = orderFile(name);
		requireLock();
		Path temporary = this.orders.resolve(NEW);
		try {
			this.files.delete(temporary);
			this.files.write(temporary, "%s%s%n%s".formatted(ORDER, order.location(), Pem.of(order.key())));
			this.files.rename(temporary, file);
		}
		catch (IOException ex) {
			throw unwritable(file, temporary, ex);
		}
	}

	private Path orderFile(String name) {
		return this.orders.resolve(generations(name).getFileName() + ".pem");
	}

	@Override
	public void saveCertificate(String name, StoredCertificate certificate) {
		Path generations = generations(name);
		requireLock();
		Path temporary = generations.resolve(NEW);
		try {
			this.files.createDirectory(generations);
			this.files.delete(temporary);
			this.files.createDirectory(temporary);
			write(temporary, certificate);
			this.files.rename(temporary, generations.resolve(String.valueOf(newest(generations) + 1)));
		}
		catch (IOException ex) {
			throw unwritable(generations, temporary, ex);
		}
		try {
			link(name);
			deleteOld(generations);
			this.files.delete(orderFile(name));
		}
		catch (IOException ex) {
			logger.warn("The new certificate is stored, but '%s' could not be tidied up: %s".formatted(generations,
					PrivateFiles.reason(ex)));
		}
	}

	private void write(Path generation, StoredCertificate certificate) throws IOException {
		List<X509Certificate> chain = certificate.chain();
		this.files.write(generation.resolve("privkey.pem"), Pem.of(certificate.key()));
		this.files.write(generation.resolve("cert.pem"), Pem.of(chain.subList(0, 1)));
		this.files.write(generation.resolve("chain.pem"), Pem.of(chain.subList(1, chain.size())));
		this.files.write(generation.resolve("fullchain.pem"), Pem.of(chain));
		this.files.sync(generation);
	}

	private void link(String name) throws IOException {
		Path link = this.live.resolve(name);
		Path target = this.live.relativize(generations(name)).resolve(String.valueOf(newest(generations(name))));
		if (Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).equals(target)
				: Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
			return;
		}
		try {
			Path temporary = this.live.resolve(NEW);
			this.files.delete(temporary);
			Files.createSymbolicLink(temporary, target);
			this.files.rename(temporary, link);
		}
		catch (UnsupportedOperationException ex) {
			logger.debug("No links on this file system: '%s' is not kept".formatted(this.live));
		}
	}

	private void deleteOld(Path generations) throws IOException {
		int newest = newest(generations);
		for (String name : this.files.names(generations)) {
			if (GENERATION.matcher(name).matches() && Integer.parseInt(name) <= newest - KEPT) {
				// Under its number it is there whole or not at all.
				this.files.delete(generations.resolve(OLD));
				this.files.rename(generations.resolve(name), generations.resolve(OLD));
				this.files.delete(generations.resolve(OLD));
			}
		}
	}

	@Override
	public Lock lock(Duration patience) throws InterruptedException {
		try {
			StorageLock lock = StorageLock.acquire(lockFile(), this.files, patience);
			boolean ready = false;
			try {
				tidy();
				requireRoom();
				this.lock = lock;
				ready = true;
				return lock;
			}
			finally {
				if (!ready) {
					lock.close();
				}
			}
		}
		catch (StorageLock.HeldException ex) {
			throw new CertificateStoreException(this.root.toString(), "is locked by " + ex.getMessage(),
					"It is used by another instance, which is about to get a certificate. If that lasts, look at that instance's log.",
					null);
		}
		catch (IOException ex) {
			throw new CertificateStoreException(this.root.toString(),
					"cannot be written to: " + PrivateFiles.reason(ex),
					"Make room, and let the user of this application write there. What is stored is as it was.", ex);
		}
	}

	private void requireRoom() throws IOException {
		Path file = this.root.resolve(NEW);
		try {
			this.files.write(file, " ".repeat(ROOM));
		}
		finally {
			this.files.delete(file);
		}
	}

	private void requireLock() {
		StorageLock lock = this.lock;
		if (lock == null || !lock.isHeld()) {
			throw new IllegalStateException("Nothing is saved without the lock");
		}
	}

	/**
	 * Clears away what a killed process has left, with the lock held.
	 */
	private void tidy() throws IOException {
		for (Path directory : List.of(this.root, this.accounts, this.orders, this.live)) {
			this.files.delete(directory.resolve(NEW));
		}
		for (String name : this.files.names(this.archive)) {
			Path generations = this.archive.resolve(name);
			if (NAME.matcher(name).matches() && Files.isDirectory(generations, LinkOption.NOFOLLOW_LINKS)) {
				this.files.delete(generations.resolve(NEW));
				this.files.delete(generations.resolve(OLD));
				if (newest(generations) > 0) {
					link(name);
				}
			}
		}
	}

	private int newest(Path generations) throws IOException {
		return this.files.names(generations)
			.stream()
			.filter(GENERATION.asMatchPredicate())
			.mapToInt(Integer::parseInt)
			.max()
			.orElse(0);
	}

	private Path generations(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("'%s' is no name of a certificate".formatted(name));
		}
		return this.archive.resolve(name);
	}

	private Path lockFile() {
		return this.root.resolve(".lock");
	}

	private static CertificateStoreException unusable(Path directory, IOException ex) {
		return new CertificateStoreException(directory.toString(),
				"cannot be used as a directory for certificates: " + PrivateFiles.reason(ex),
				"Choose a directory that the user of this application may create or write to.", ex);
	}

	private static CertificateStoreException damaged(Path file, IOException ex) {
		return damaged(file, PrivateFiles.reason(ex));
	}

	private static CertificateStoreException damaged(Path file, String problem) {
		return new CertificateStoreException(file.toString(), "cannot be read: " + problem,
				"Nothing was changed. Restore it from a backup, or move the directory '%s' away: then the certificate before it counts, or a new one is ordered."
					.formatted(file.getParent()),
				null);
	}

	private static CertificateStoreException unreadable(Path file, IOException ex, String action) {
		return new CertificateStoreException(file.toString(), "cannot be read: " + PrivateFiles.reason(ex),
				"Nothing was changed. " + action, ex);
	}

	private CertificateStoreException unwritable(Path entry, Path temporary, IOException ex) {
		try {
			this.files.delete(temporary);
		}
		catch (IOException deletion) {
			// The next lock tries again.
			ex.addSuppressed(deletion);
		}
		return new CertificateStoreException(entry.toString(), "could not be written: " + PrivateFiles.reason(ex),
				"Make room, and let the user of this application write there. What was stored before is as it was.",
				ex);
	}

}
