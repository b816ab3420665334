package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps what must outlive the process: the account keys, the certificates, and the keys
 * of those that are about to be issued. A directory of files is the default; a bean of
 * this type (a database, a vault) takes its place. What an implementation must hold to:
 * <ul>
 * <li><b>Atomic.</b> A save is seen whole or not at all, whenever the process is killed
 * and whoever reads meanwhile. Above all, a private key is never seen with the chain of
 * another one.</li>
 * <li><b>Durable.</b> When a save returns, what it saved survives a power failure. An
 * account key is saved <em>before</em> the authority is told of it: one that is lost
 * later is an account lost.</li>
 * <li><b>Honest.</b> Empty means that nothing was ever saved under the name; the caller
 * will make a new one and save it. What is there but cannot be read, is damaged or was
 * not written by this store is a {@link CertificateStoreException}, never empty, and
 * stays as it is. A save that fails leaves what was stored before (or, where only the
 * last step has failed, the new, whole).</li>
 * <li><b>Shared.</b> Several instances of the application may use one store. Whoever
 * saves holds the {@linkplain #lock lock}; loading needs no lock.</li>
 * <li><b>Secret.</b> Private keys are secret, at rest as well: no part of one appears in
 * a log, a message, a name or a {@code toString}. Chains, names and directory addresses
 * are public.</li>
 * </ul>
 * Methods may block. They are called from the thread that starts the application and from
 * the one that renews certificates, never from an I/O thread, and may be called at the
 * same time. There is no close: between two calls, apart from a held lock, a store holds
 * nothing that needs one.
 *
 * @since 0.1.0
 */
public interface CertificateStore {

	/**
	 * The key of the account at an authority.
	 * @param directory the address of the authority's directory, absolute; compared as
	 * text
	 * @return the key pair, or empty if none was saved
	 * @throws CertificateStoreException if there is one that cannot be read
	 */
	Optional<KeyPair> loadAccountKey(URI directory);

	/**
	 * Saves the key of a new account, before the authority is told of it. Needs the
	 * {@linkplain #lock lock}.
	 * @param directory the address of the authority's directory, absolute
	 * @param key the key pair, EC or RSA
	 * @throws CertificateStoreException if it is not saved, among others because there is
	 * one already: an account key is never overwritten
	 * @throws IllegalStateException if this instance does not hold the lock
	 */
	void saveAccountKey(URI directory, KeyPair key);

	/**
	 * The certificate that was saved last, whether still valid or not.
	 * @param name 1 to 100 lower-case letters, digits, dots, hyphens and underscores,
	 * beginning with a letter or digit
	 * @return the certificate with its key, or empty if none was saved
	 * @throws CertificateStoreException if there is one that cannot be read
	 * @throws IllegalArgumentException if the name is not such a name
	 */
	Optional<StoredCertificate> loadCertificate(String name);

	/**
	 * The order that was saved last, if no certificate was saved since. Where it is lost
	 * or damaged another certificate is ordered: no more than that depends on it. A store
	 * that does not keep orders leaves this and {@link #saveOrder} as they are.
	 * @param name see {@link #loadCertificate}
	 * @return the order, or empty if there is none that can be read
	 * @throws IllegalArgumentException if the name is not such a name
	 */
	default Optional<StartedOrder> loadOrder(String name) {
		return Optional.empty();
	}

	/**
	 * Saves an order in the place of the one before, if any, before the authority is
	 * asked to issue the certificate. Needs the {@linkplain #lock lock}.
	 * @param name see {@link #loadCertificate}
	 * @param order the order with the key of the certificate
	 * @throws CertificateStoreException if it is not saved; the certificate is ordered
	 * all the same
	 * @throws IllegalArgumentException if the name is not such a name
	 * @throws IllegalStateException if this instance does not hold the lock
	 */
	default void saveOrder(String name, StartedOrder order) {
	}

	/**
	 * Saves a certificate in the place of the one before, if any. Its order is done, and
	 * not found any more. Needs the {@linkplain #lock lock}.
	 * @param name see {@link #loadCertificate}
	 * @param certificate the certificate with its key
	 * @throws CertificateStoreException if it is not saved; what was saved before remains
	 * @throws IllegalArgumentException if the name is not such a name
	 * @throws IllegalStateException if this instance does not hold the lock
	 */
	void saveCertificate(String name, StoredCertificate certificate);

	/**
	 * Locks the whole store for one order, against other threads and other instances. So
	 * that several instances make one order: lock, <em>then</em> load, and order only
	 * what is still missing or due; what another instance has obtained meanwhile is
	 * found. The lock of an instance that died is free again without anybody's help (a
	 * store on a network has a lease, longer than an order takes). Not reentrant.
	 * @param patience how long to wait while another holds it; zero: not at all
	 * @return the lock, to be closed by whoever is done, on any thread
	 * @throws CertificateStoreException if it is still held when patience is over, with
	 * the holder in the message where that can be told, or if the store cannot be locked
	 * or has no room for what would be saved: that is better told before an order than
	 * after
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	Lock lock(Duration patience) throws InterruptedException;

	/**
	 * The right to save. Closing it twice is once.
	 */
	interface Lock extends AutoCloseable {

		@Override
		void close();

	}

}
