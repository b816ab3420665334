package io.github.hardenedhttp.certificate;

import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;

import io.github.hardenedhttp.redirect.HostName;
import io.github.hardenedhttp.redirect.HostNames;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.SSLSessionInfo;
import io.undertow.util.Headers;

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

	private static final CoveredHosts NOTHING = new CoveredHosts(List.of());

	// Those served now, and those of connections that have seen a reload.
	private static final int MOST_CERTIFICATES = 1000;

	private final Map<X509Certificate, CoveredHosts> covered = new ConcurrentHashMap<>();

	@Override
	public int status(HttpServerExchange exchange) {
		SSLSessionInfo tls = exchange.getConnection().getSslSessionInfo();
		SSLSession session = (tls != null) ? tls.getSSLSession() : null;
		// HTTP/2: Undertow puts :authority there (Http2ReceiveListener)
		String authority = exchange.getRequestHeaders().getFirst(Headers.HOST);
		if (session == null || authority == null) {
			return PASSES;
		}
		boolean good = covered(session).contains(authority) || isWhereTheClientIs(exchange, session, authority);
		return good ? PASSES : MISDIRECTED_REQUEST;
	}

	@Override
	public CloseReason reason() {
		return CloseReason.MISDIRECTED;
	}

	@Override
	public void explain(HttpServerExchange exchange) {
		exchange.setReasonPhrase("Misdirected Request");
	}

	/**
	 * Not kept in the session: whoever binds a value to one makes JSSE send a new ticket,
	 * and keep the session in memory.
	 */
	private CoveredHosts covered(SSLSession session) {
		Certificate[] chain = session.getLocalCertificates();
		if (chain == null || !(chain[0] instanceof X509Certificate own)) {
			return NOTHING;
		}
		if (this.covered.size() > MOST_CERTIFICATES) {
			this.covered.clear();
		}
		return this.covered.computeIfAbsent(own, (certificate) -> new CoveredHosts(CertificateNames.of(certificate)));
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
	 * The names of a certificate, and the authorities that were found to be among them:
	 * nearly all clients say the same few, and to read one takes longer than all other
	 * rules together.
	 */
	private static final class CoveredHosts {

		// A client can say very many of a wildcard.
		private static final int MOST_KNOWN = 100;

		private final HostNames names;

		private final Set<String> known = ConcurrentHashMap.newKeySet();

		CoveredHosts(Collection<String> names) {
			this.names = HostNames.of(names);
		}

		boolean contains(String authority) {
			if (this.known.contains(authority)) {
				return true;
			}
			HostName host = HostName.ofAuthority(authority);
			if (host == null || !this.names.contains(host.text())) {
				return false;
			}
			if (this.known.size() >= MOST_KNOWN) {
				this.known.clear();
			}
			this.known.add(authority);
			return true;
		}

	}

}
