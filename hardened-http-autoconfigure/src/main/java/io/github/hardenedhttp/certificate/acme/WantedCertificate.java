package io.github.hardenedhttp.certificate.acme;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A certificate that is to be there.
 *
 * @param name the name of the SSL bundle
 * @param domains the names it is for, in lower case; the first one is the one people know
 */
record WantedCertificate(String name, List<String> domains) {

	// RFC 5280, section 4.2.1.6
	private static final int DNS_NAME = 2;

	WantedCertificate {
		domains = List.copyOf(domains);
	}

	/**
	 * Whether a certificate is for these domains and no others. One that lacks a domain
	 * cannot be served there; one that has more shows a name that was removed.
	 * @param certificate any certificate
	 * @return whether the names are the same
	 */
	boolean isFor(X509Certificate certificate) {
		return domainsOf(certificate).equals(new TreeSet<>(this.domains));
	}

	static Set<String> domainsOf(X509Certificate certificate) {
		Set<String> domains = new TreeSet<>();
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			for (List<?> name : (names != null) ? names : List.<List<?>>of()) {
				if (name.get(0).equals(DNS_NAME)) {
					domains.add(((String) name.get(1)).toLowerCase(Locale.ROOT));
				}
			}
		}
		catch (CertificateParsingException ex) {
			// Then it is for nobody.
		}
		return domains;
	}

}
