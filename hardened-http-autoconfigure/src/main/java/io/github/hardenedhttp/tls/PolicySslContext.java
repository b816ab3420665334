package io.github.hardenedhttp.tls;

import java.security.KeyManagementException;
import java.security.SecureRandom;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import io.github.hardenedhttp.undertow.GuardedConnection;
import org.jspecify.annotations.Nullable;

/**
 * The context a listener works with. Every engine it makes keeps the policy. What is
 * behind it, certificate and key above all, can be {@linkplain #replace replaced} at any
 * time: connections that exist keep the engine they have, the next handshake uses the new
 * one.
 * <p>
 * It must be the innermost of all contexts: Undertow's {@code SNISSLContext}, which Boot
 * puts around it, hands on suites and protocols but neither groups nor order
 * ({@code SNISSLEngine.InitialState}).
 */
final class PolicySslContext extends SSLContext {

	private final Spi spi;

	PolicySslContext(TlsPolicy policy, TlsEngine engine, SSLContext initial, HandshakeThreads handshakeThreads) {
		this(new Spi(policy, engine, initial, handshakeThreads), initial);
	}

	private PolicySslContext(Spi spi, SSLContext initial) {
		super(spi, initial.getProvider(), initial.getProtocol());
		this.spi = spi;
	}

	/**
	 * Makes all further handshakes use another context.
	 * @param context the new context
	 */
	void replace(SSLContext context) {
		this.spi.current = context;
	}

	private static final class Spi extends SSLContextSpi {

		private final TlsPolicy policy;

		private final TlsEngine engine;

		private final HandshakeThreads handshakeThreads;

		private volatile SSLContext current;

		Spi(TlsPolicy policy, TlsEngine engine, SSLContext current, HandshakeThreads handshakeThreads) {
			this.policy = policy;
			this.engine = engine;
			this.current = current;
			this.handshakeThreads = handshakeThreads;
		}

		@Override
		protected SSLEngine engineCreateSSLEngine() {
			return policed(this.current.createSSLEngine());
		}

		@Override
		protected SSLEngine engineCreateSSLEngine(String host, int port) {
			return policed(this.current.createSSLEngine(host, port));
		}

		private SSLEngine policed(SSLEngine delegate) {
			this.engine.apply(this.policy, delegate);
			GuardedConnection connection = GuardedConnection.beingRead();
			if (connection != null) {
				connection.whenClosed(() -> this.engine.release(delegate));
			}
			return new PolicySslEngine(delegate, this.engine, connection, this.handshakeThreads);
		}

		@Override
		protected void engineInit(KeyManager @Nullable [] keyManagers, TrustManager @Nullable [] trustManagers,
				@Nullable SecureRandom random) throws KeyManagementException {
			throw new KeyManagementException("this context is initialized when it is made");
		}

		@Override
		protected SSLSocketFactory engineGetSocketFactory() {
			throw new UnsupportedOperationException("for the engines of a server only");
		}

		@Override
		protected SSLServerSocketFactory engineGetServerSocketFactory() {
			throw new UnsupportedOperationException("for the engines of a server only");
		}

		@Override
		protected SSLSessionContext engineGetServerSessionContext() {
			return this.current.getServerSessionContext();
		}

		@Override
		protected SSLSessionContext engineGetClientSessionContext() {
			return this.current.getClientSessionContext();
		}

		@Override
		protected SSLParameters engineGetDefaultSSLParameters() {
			return this.current.getDefaultSSLParameters();
		}

		@Override
		protected SSLParameters engineGetSupportedSSLParameters() {
			return this.current.getSupportedSSLParameters();
		}

	}

}
