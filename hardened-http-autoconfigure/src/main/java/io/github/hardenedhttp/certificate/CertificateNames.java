package io.github.hardenedhttp.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * The names a certificate is made out for: its subject alternative names, host names and
 * addresses. The common name no longer counts (RFC 9525, section 2).
 */
final class CertificateNames {

	// RFC 5280, section 4.2.1.6

	private static final int DNS_NAME = 2;

	private static final int IP_ADDRESS = 7;

	private CertificateNames() {
	}

	static List<String> of(X509Certificate certificate) {
		return alternativeNames(certificate).stream()
			.filter((name) -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
			.map((name) -> (String) name.get(1))
			.toList();
	}

	static List<String> of(Collection<X509Certificate> certificates) {
		return certificates.stream().flatMap((certificate) -> of(certificate).stream()).toList();
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

}
