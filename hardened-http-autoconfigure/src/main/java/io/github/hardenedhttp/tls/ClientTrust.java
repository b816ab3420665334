package io.github.hardenedhttp.tls;

import java.security.KeyStore;

import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * Whose certificates the clients of a server may show, for each bundle it serves:
 * <ol>
 * <li>those of the authorities in the bundle's own trust store, or whatever its managers
 * say if they are not Boot's;</li>
 * <li>else those of the authorities in the trust store of the server;</li>
 * <li>else nobody's, so that no client may be asked. Java would take a certificate of any
 * authority it knows, and those give them to anybody.</li>
 * </ol>
 * The trust store of the server is none of the bundle's: whoever else uses the bundle
 * goes on to trust whom Java trusts.
 *
 * @param asked whether clients are asked for a certificate
 * @param store the trust store of the server, or {@code null} if it has none
 */
record ClientTrust(boolean asked, @Nullable KeyStore store) {

	/**
	 * Boot's managers go by the stores, anybody else's know better.
	 */
	private static final Class<?> BOOTS = SslManagerBundle.from(SslStoreBundle.NONE, SslBundleKey.NONE).getClass();

	/**
	 * Whether clients are asked, and nothing says whose certificates are meant.
	 * @param bundle what is to be served
	 * @return whether it must not be served so
	 */
	boolean isMissingFor(SslBundle bundle) {
		return this.asked && this.store == null && isLeftToJava(bundle);
	}

	/**
	 * Who decides about the certificates of clients.
	 * @param bundle what is to be served
	 * @return the managers
	 */
	TrustManager[] managers(SslBundle bundle) {
		SslManagerBundle managers = (this.store != null && isLeftToJava(bundle))
				? SslManagerBundle.from(SslStoreBundle.of(null, null, this.store), SslBundleKey.NONE)
				: bundle.getManagers();
		return managers.getTrustManagers();
	}

	private static boolean isLeftToJava(SslBundle bundle) {
		return bundle.getStores().getTrustStore() == null && BOOTS.isInstance(bundle.getManagers());
	}

}
