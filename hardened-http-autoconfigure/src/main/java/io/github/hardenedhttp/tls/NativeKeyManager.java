package io.github.hardenedhttp.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/**
 * Gives keys to an engine with native code in its own form. A key of the JDK's would be
 * encoded, copied and parsed anew for each handshake, and one of RSA be checked as well
 * ({@code OpenSSLKey#fromKeyMaterial}). Thread-safe.
 */
final class NativeKeyManager extends X509ExtendedKeyManager {

	private final X509ExtendedKeyManager delegate;

	private final Provider provider;

	private final Map<PrivateKey, PrivateKey> keys = new ConcurrentHashMap<>();

	NativeKeyManager(X509ExtendedKeyManager delegate, Provider provider) {
		this.delegate = delegate;
		this.provider = provider;
	}

	@Override
	public @Nullable PrivateKey getPrivateKey(String alias) {
		PrivateKey key = this.delegate.getPrivateKey(alias);
		PrivateKey translated = (key != null) ? this.keys.computeIfAbsent(key, this::translated) : null;
		return (translated != null) ? translated : key;
	}

	/**
	 * A key that does not leave its token, or is of another kind, stays as it is.
	 */
	private @Nullable PrivateKey translated(PrivateKey key) {
		byte[] encoded = key.getEncoded();
		if (encoded == null) {
			return null;
		}
		try {
			return KeyFactory.getInstance(key.getAlgorithm(), this.provider)
				.generatePrivate(new PKCS8EncodedKeySpec(encoded));
		}
		catch (GeneralSecurityException ex) {
			return null;
		}
	}

	@Override
	public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
		return this.delegate.chooseEngineServerAlias(keyType, issuers, engine);
	}

	@Override
	public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
		return this.delegate.chooseEngineClientAlias(keyTypes, issuers, engine);
	}

	@Override
	public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
		return this.delegate.chooseServerAlias(keyType, issuers, socket);
	}

	@Override
	public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
		return this.delegate.chooseClientAlias(keyTypes, issuers, socket);
	}

	@Override
	public String[] getServerAliases(String keyType, Principal[] issuers) {
		return this.delegate.getServerAliases(keyType, issuers);
	}

	@Override
	public String[] getClientAliases(String keyType, Principal[] issuers) {
		return this.delegate.getClientAliases(keyType, issuers);
	}

	@Override
	public X509Certificate[] getCertificateChain(String alias) {
		return this.delegate.getCertificateChain(alias);
	}

}
