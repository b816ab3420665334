package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLContext;

import io.github.hardenedhttp.certificate.SelfSignedCertificate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.core.Ordered;

/**
 * The ordered certificates as SSL bundles: what is stored, else a placeholder nobody
 * trusts, and each new one as soon as it is there. Registers after all others, so that
 * the bundle it trusts is there. Thread-safe.
 */
final class AcmeBundles implements SslBundleRegistrar, Ordered {

	private static final Log logger = LogFactory.getLog(AcmeBundles.class);

	private final AcmePlan plan;

	private final CertificateStore store;

	private final Clock clock;

	private final Map<String, StoredCertificate> current = new ConcurrentHashMap<>();

	private volatile @Nullable SslBundleRegistry registry;

	AcmeBundles(AcmePlan plan, CertificateStore store, Clock clock) {
		this.plan = plan;
		this.store = store;
		this.clock = clock;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void registerBundles(SslBundleRegistry registry) {
		this.registry = registry;
		trust();
		for (WantedCertificate wanted : this.plan.certificates()) {
			StoredCertificate stored = this.store.loadCertificate(this.plan.entry(wanted)).orElse(null);
			if (stored != null) {
				this.current.put(wanted.name(), stored);
			}
			else {
				logger.warn("There is no certificate '%s' for %s yet: a placeholder is served that no client trusts"
					.formatted(wanted.name(), wanted.domains()));
			}
			register(registry, wanted, (stored != null) ? bundle(stored)
					: SelfSignedCertificate.placeholder(this.clock, wanted.domains()));
		}
	}

	private static void register(SslBundleRegistry registry, WantedCertificate wanted, SslBundle bundle) {
		try {
			registry.registerBundle(wanted.name(), bundle);
		}
		catch (IllegalStateException ex) {
			String key = wanted.name().equals(AcmeProperties.DEFAULT_NAME) ? "hardened.acme.domains"
					: "hardened.acme.certificates";
			throw new InvalidConfigurationPropertyValueException(key, wanted.domains(),
					"There is another SSL bundle '%s' ('spring.ssl.bundle.*'). Give one of them another name."
						.formatted(wanted.name()));
		}
	}

	/**
	 * Whom to trust in place of the authority.
	 * @return the context of the bundle that was named, or {@code null} if none was
	 */
	@Nullable SSLContext trust() {
		String name = this.plan.sslBundle();
		if (name == null || !(this.registry instanceof SslBundles bundles)) {
			return null;
		}
		try {
			return bundles.getBundle(name).createSslContext();
		}
		catch (NoSuchSslBundleException ex) {
			throw new InvalidConfigurationPropertyValueException("hardened.acme.ssl-bundle", name,
					"There is no such SSL bundle. Define it with 'spring.ssl.bundle.pem.%s.truststore.certificate'."
						.formatted(name));
		}
	}

	/**
	 * What is served now.
	 * @param wanted one of the planned certificates
	 * @return the certificate, or empty while it is the placeholder
	 */
	Optional<StoredCertificate> current(WantedCertificate wanted) {
		return Optional.ofNullable(this.current.get(wanted.name()));
	}

	/**
	 * Makes everybody who uses the bundle use another certificate.
	 * @param wanted one of the planned certificates
	 * @param certificate the new one
	 */
	void update(WantedCertificate wanted, StoredCertificate certificate) {
		SslBundleRegistry registry = this.registry;
		this.current.put(wanted.name(), certificate);
		if (registry != null) {
			registry.updateBundle(wanted.name(), bundle(certificate));
		}
	}

	private static SslBundle bundle(StoredCertificate certificate) {
		try {
			KeyStore keyStore = KeyStore.getInstance("PKCS12");
			keyStore.load(null, null);
			keyStore.setKeyEntry("acme", certificate.key(), null, certificate.chain().toArray(X509Certificate[]::new));
			return SslBundle.of(SslStoreBundle.of(keyStore, null, null));
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("A key store could not be made", ex);
		}
	}

}
