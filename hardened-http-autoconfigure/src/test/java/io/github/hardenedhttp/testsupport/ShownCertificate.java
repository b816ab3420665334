package io.github.hardenedhttp.testsupport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/**
 * Shows a client's certificate to every server that asks, where that of Java would show
 * none to a server that does not name its authority.
 */
final class ShownCertificate extends X509ExtendedKeyManager {

	private final TestCertificates certificate;

	ShownCertificate(TestCertificates certificate) {
		this.certificate = certificate;
	}

	@Override
	public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
		return TestCertificates.ALIAS;
	}

	@Override
	public String chooseEngineClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
		return TestCertificates.ALIAS;
	}

	@Override
	public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
		return new String[] { TestCertificates.ALIAS };
	}

	@Override
	public X509Certificate[] getCertificateChain(String alias) {
		return new X509Certificate[] { this.certificate.certificate() };
	}

	@Override
	public PrivateKey getPrivateKey(String alias) {
		return this.certificate.privateKey();
	}

	@Override
	public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
		return null;
	}

	@Override
	public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
		return null;
	}

}
