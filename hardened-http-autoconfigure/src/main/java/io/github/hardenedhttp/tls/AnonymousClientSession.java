package io.github.hardenedhttp.tls;

import java.io.IOException;
import java.security.cert.Certificate;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.SSLSessionInfo;
import org.xnio.SslClientAuthMode;

/**
 * The session of a connection whose client was not asked for a certificate.
 * <p>
 * Undertow asks for that certificate at every request
 * ({@code SSLInformationAssociationHandler}), and makes two exceptions with their stack
 * traces to find that there is none: 5 % of a small request over HTTP/2. Nothing is lost
 * with the second of them, which tells that the client could be asked in a renegotiation:
 * a {@link PolicySslEngine} refuses that.
 */
final class AnonymousClientSession implements SSLSessionInfo {

	private final SSLSessionInfo session;

	AnonymousClientSession(SSLSessionInfo session) {
		this.session = session;
	}

	@Override
	public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
		throw new NoClientCertificateException();
	}

	@Override
	@SuppressWarnings({ "deprecation", "removal" })
	public javax.security.cert.X509Certificate[] getPeerCertificateChain() throws SSLPeerUnverifiedException {
		throw new NoClientCertificateException();
	}

	@Override
	public byte[] getSessionId() {
		return this.session.getSessionId();
	}

	@Override
	public String getCipherSuite() {
		return this.session.getCipherSuite();
	}

	@Override
	public int getKeySize() {
		return this.session.getKeySize();
	}

	@Override
	public void renegotiate(HttpServerExchange exchange, SslClientAuthMode mode) throws IOException {
		this.session.renegotiate(exchange, mode);
	}

	@Override
	public SSLSession getSSLSession() {
		return this.session.getSSLSession();
	}

	/**
	 * What made it dear is the stack trace.
	 */
	private static final class NoClientCertificateException extends SSLPeerUnverifiedException {

		private static final long serialVersionUID = 1L;

		NoClientCertificateException() {
			super("The client was not asked for a certificate");
		}

		@Override
		public synchronized Throwable fillInStackTrace() {
			return this;
		}

	}

}
