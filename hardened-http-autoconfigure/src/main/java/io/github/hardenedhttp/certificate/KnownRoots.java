package io.github.hardenedhttp.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

import org.springframework.util.function.SingletonSupplier;

/**
 * The authorities Java trusts, read when somebody asks for the first time: there are more
 * than a hundred.
 */
final class KnownRoots implements Predicate<X500Principal> {

	private final SingletonSupplier<Set<X500Principal>> names = SingletonSupplier.of(KnownRoots::read);

	@Override
	public boolean test(X500Principal authority) {
		return this.names.obtain().contains(authority);
	}

	private static Set<X500Principal> read() {
		try {
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init((KeyStore) null);
			return Arrays.stream(factory.getTrustManagers())
				.filter(X509TrustManager.class::isInstance)
				.flatMap((manager) -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
				.map(X509Certificate::getSubjectX500Principal)
				.collect(Collectors.toUnmodifiableSet());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Java's own trust store cannot be read", ex);
		}
	}

}
