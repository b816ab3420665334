package io.github.hardenedhttp.testsupport;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts every certificate: the tests meet none but their own.
 */
final class Trust extends X509ExtendedTrustManager {

	private static final SSLContext context = create();

	private Trust() {
	}

	static SSLContext context() {
		return context;
	}

	private static SSLContext create() {
		try {
			SSLContext created = SSLContext.getInstance("TLS");
			created.init(null, new TrustManager[] { new Trust() }, null);
			return created;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String type) {
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String type) {
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return new X509Certificate[0];
	}

}
