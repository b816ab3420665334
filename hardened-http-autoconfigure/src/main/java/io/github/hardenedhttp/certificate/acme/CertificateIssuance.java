package io.github.hardenedhttp.certificate.acme;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * One order from beginning to end, under the lock of the store:
 * <ol>
 * <li>what another instance has ordered meanwhile is taken, and that is all;</li>
 * <li>what was issued before but could not be saved is saved, and that is all;</li>
 * <li>else the account key is loaded, or made and saved;</li>
 * <li>an order that was stopped is gone on with, so that what was issued is not
 * lost;</li>
 * <li>else the certificate is ordered, checked, saved, and only then served.</li>
 * </ol>
 * If it cannot be saved it is served all the same, and the order counts as failed.
 */
final class CertificateIssuance {

	private static final Log logger = LogFactory.getLog(CertificateIssuance.class);

	/**
	 * How long another instance may take for its own order.
	 */
	private static final Duration LOCK_PATIENCE = Duration.ofMinutes(5);

	private final AcmePlan plan;

	private final CertificateStore store;

	private final CertificateAuthority authority;

	private final AcmeBundles bundles;

	private final RenewalPolicy policy;

	private final Clock clock;

	private final Map<String, StoredCertificate> unsaved = new ConcurrentHashMap<>();

	CertificateIssuance(AcmePlan plan, CertificateStore store, CertificateAuthority authority, AcmeBundles bundles,
			RenewalPolicy policy, Clock clock) {
		this.plan = plan;
		this.store = store;
		this.authority = authority;
		this.bundles = bundles;
		this.policy = policy;
		this.clock = clock;
	}

	/**
	 * Gets a certificate and serves it.
	 * @param wanted one of the planned certificates
	 * @return how it was got
	 * @throws OrderFailedException if there is none, or it is not saved
	 * @throws InterruptedException if the thread was interrupted
	 */
	OrderResult obtain(WantedCertificate wanted) throws OrderFailedException, InterruptedException {
		try {
			CertificateStore.Lock lock = this.store.lock(LOCK_PATIENCE);
			try {
				return obtainLocked(wanted);
			}
			finally {
				lock.close();
			}
		}
		catch (CertificateStoreException ex) {
			throw new OrderFailedException(OrderResult.STORAGE, message(ex), null, ex);
		}
	}

	private OrderResult obtainLocked(WantedCertificate wanted) throws OrderFailedException, InterruptedException {
		Optional<StoredCertificate> other = orderedByAnother(wanted);
		if (other.isPresent()) {
			this.unsaved.remove(wanted.name());
			this.bundles.update(wanted, other.get());
			return OrderResult.FOUND;
		}
		StoredCertificate issued = this.unsaved.get(wanted.name());
		if (issued == null) {
			issued = order(wanted);
		}
		save(wanted, issued);
		return OrderResult.ISSUED;
	}

	private Optional<StoredCertificate> orderedByAnother(WantedCertificate wanted) {
		StoredCertificate stored = this.store.loadCertificate(this.plan.entry(wanted)).orElse(null);
		if (stored == null || !wanted.isFor(stored.certificate())
				|| !this.clock.instant().isBefore(this.policy.due(stored.certificate()))) {
			return Optional.empty();
		}
		X509Certificate current = this.bundles.current(wanted).map(StoredCertificate::certificate).orElse(null);
		return stored.certificate().equals(current) ? Optional.empty() : Optional.of(stored);
	}

	private StoredCertificate order(WantedCertificate wanted) throws OrderFailedException, InterruptedException {
		X509Certificate replaced = this.bundles.current(wanted).map(StoredCertificate::certificate).orElse(null);
		StoredCertificate issued = this.authority.order(accountKey(), wanted, replaced, memory(wanted));
		IssuedChain.check(issued, wanted, this.clock.instant());
		return issued;
	}

	private OrderMemory memory(WantedCertificate wanted) {
		String entry = this.plan.entry(wanted);
		return new OrderMemory() {

			@Override
			public Optional<StartedOrder> recall() {
				return CertificateIssuance.this.store.loadOrder(entry);
			}

			@Override
			public void remember(StartedOrder order) {
				try {
					CertificateIssuance.this.store.saveOrder(entry, order);
				}
				catch (CertificateStoreException ex) {
					// It would only be needed if the process were stopped before the
					// certificate is there.
					logger.warn("The order of the certificate '%s' is not saved, and goes on: %s"
						.formatted(wanted.name(), ex.getMessage()));
				}
			}

		};
	}

	private KeyPair accountKey() {
		KeyPair known = this.store.loadAccountKey(this.plan.directory()).orElse(null);
		if (known != null) {
			return known;
		}
		try {
			KeyPair key = CertificateKeys.generate();
			this.store.saveAccountKey(this.plan.directory(), key);
			return key;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Java has no P-256", ex);
		}
	}

	private void save(WantedCertificate wanted, StoredCertificate issued) {
		try {
			this.store.saveCertificate(this.plan.entry(wanted), issued);
			this.unsaved.remove(wanted.name());
		}
		catch (CertificateStoreException ex) {
			this.unsaved.put(wanted.name(), issued);
			throw ex;
		}
		finally {
			if (this.bundles.current(wanted).filter(issued::equals).isEmpty()) {
				this.bundles.update(wanted, issued);
			}
		}
	}

	/**
	 * Whether what is served would be lost with the process.
	 * @param wanted one of the planned certificates
	 * @return whether it is yet to be saved
	 */
	boolean isUnsaved(WantedCertificate wanted) {
		return this.unsaved.containsKey(wanted.name());
	}

	private static String message(CertificateStoreException ex) {
		String message = String.valueOf(ex.getMessage());
		return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
	}

}
