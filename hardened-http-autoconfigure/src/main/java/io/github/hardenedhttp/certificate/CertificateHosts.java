package io.github.hardenedhttp.certificate;

import java.security.cert.X509Certificate;
import java.util.List;

import io.github.hardenedhttp.redirect.AllowedHosts;
import io.github.hardenedhttp.redirect.HostNames;
import io.github.hardenedhttp.tls.ServerTls;

/**
 * The hosts the server has certificates for: the names of all certificates it serves now.
 * Follows every reload.
 */
final class CertificateHosts implements AllowedHosts {

	private final ServerTls tls;

	private volatile Known known = new Known(List.of(), HostNames.of(List.of()));

	CertificateHosts(ServerTls tls) {
		this.tls = tls;
	}

	@Override
	public boolean contains(String host) {
		List<X509Certificate> certificates = this.tls.certificates();
		Known known = this.known;
		if (!known.certificates.equals(certificates)) {
			known = new Known(certificates, HostNames.of(CertificateNames.of(certificates)));
			this.known = known;
		}
		return known.hosts.contains(host);
	}

	private record Known(List<X509Certificate> certificates, HostNames hosts) {

	}

}
