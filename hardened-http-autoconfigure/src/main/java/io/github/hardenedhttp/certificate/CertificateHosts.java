package io.github.hardenedhttp.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.github.hardenedhttp.redirect.AllowedHosts;
import io.github.hardenedhttp.redirect.HostNames;
import io.github.hardenedhttp.tls.ServerTls;

/**
 * The hosts the server has certificates for: the subject alternative names of all
 * certificates it serves now (RFC 9525: names and addresses; the common name no longer
 * counts). Follows every reload.
 */
final class CertificateHosts implements AllowedHosts {

	// RFC 5280, section 4.2.1.6

	private static final int DNS_NAME = 2;

	private static final int IP_ADDRESS = 7;

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
			known = new Known(certificates, HostNames.of(names(certificates)));
			this.known = known;
		}
		return known.hosts.contains(host);
	}

	private static List<String> names(List<X509Certificate> certificates) {
		List<String> names = new ArrayList<>();
		for (X509Certificate certificate : certificates) {
			for (List<?> name : alternativeNames(certificate)) {
				if (name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS)) {
					names.add((String) name.get(1));
				}
			}
		}
		return names;
	}

	private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			return (names != null) ? names : List.of();
		}
		catch (CertificateParsingException ex) {
			return List.of();
		}
	}

	private record Known(List<X509Certificate> certificates, HostNames hosts) {

	}

}
