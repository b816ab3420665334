package io.github.hardenedhttp.certificate;

import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;

import io.github.hardenedhttp.redirect.HostName;
import io.github.hardenedhttp.redirect.HostNames;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.SSLSessionInfo;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A request is for a host the certificate of its connection covers (RFC 9110, section
 * 7.4; RFC 9113, section 9.1.2): any other gets 421, which tells an honest client to
 * connect anew. Asked is the certificate that was negotiated, not all the server has, and
 * not the name in the handshake: a client may reuse a connection for every name of its
 * certificate.
 * <p>
 * One host passes without a certificate: the address the client has connected to, if it
 * named no host in the handshake either. That is how balancers and Kubernetes ask for
 * health, and nobody can send others astray with an address they have reached themselves.
 * <p>
 * A request without TLS, or without a host (HTTP/1.0), passes.
 */
final class CertificateHostRule implements RequestRule {

	// Undertow has no name for it.
	static final int MISDIRECTED_REQUEST = 421;

	private static final String COVERED = CertificateHostRule.class.getName();

	@Override
	public int status(HttpServerExchange exchange) {
		SSLSessionInfo tls = exchange.getConnection().getSslSessionInfo();
		SSLSession session = (tls != null) ? tls.getSSLSession() : null;
		// HTTP/2: Undertow puts :authority there (Http2ReceiveListener)
		String authority = exchange.getRequestHeaders().getFirst(Headers.HOST);
		if (session == null || authority == null) {
			return PASSES;
		}
		return covered(session).contains(authority) || isWhereTheClientIs(exchange, session, authority) ? PASSES
				: MISDIRECTED_REQUEST;
	}

	@Override
	public CloseReason reason() {
		return CloseReason.MISDIRECTED;
	}

	@Override
	public void explain(HttpServerExchange exchange) {
		exchange.setReasonPhrase("Misdirected Request");
	}

	private static Covered covered(SSLSession session) {
		if (session.getValue(COVERED) instanceof Covered known) {
			return known;
		}
		Covered covered = Covered.by(session.getLocalCertificates());
		session.putValue(COVERED, covered);
		return covered;
	}

	private static boolean isWhereTheClientIs(HttpServerExchange exchange, SSLSession session, String authority) {
		if (session instanceof ExtendedSSLSession extended && !extended.getRequestedServerNames().isEmpty()) {
			return false;
		}
		HostName host = HostName.ofAuthority(authority);
		return host != null && host.isAddress()
				&& exchange.getConnection().getLocalAddress() instanceof InetSocketAddress local
				&& host.equals(HostName.of(withoutZone(local.getAddress().getHostAddress())));
	}

	private static String withoutZone(String address) {
		int zone = address.indexOf('%');
		return (zone >= 0) ? address.substring(0, zone) : address;
	}

	/**
	 * What a certificate covers. Requests of one session ask for the same host again and
	 * again.
	 */
	private static final class Covered {

		private final HostNames names;

		private volatile @Nullable String last;

		private Covered(HostNames names) {
			this.names = names;
		}

		static Covered by(Certificate @Nullable [] chain) {
			return new Covered(HostNames
				.of((chain != null && chain[0] instanceof X509Certificate own) ? CertificateNames.of(own) : List.of()));
		}

		boolean contains(String authority) {
			if (authority.equals(this.last)) {
				return true;
			}
			HostName host = HostName.ofAuthority(authority);
			if (host == null || !this.names.contains(host.text())) {
				return false;
			}
			this.last = authority;
			return true;
		}

	}

}
