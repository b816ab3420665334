package io.github.hardenedhttp.certificate;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.hardenedhttp.tls.ServedCertificate;

/**
 * What there is to say about the certificates that are served now, by all servers of the
 * application. Thread-safe.
 */
public final class CertificateFindings {

	private final ServedCertificates served;

	private final CertificateGuideline guideline;

	private final Clock clock;

	CertificateFindings(ServedCertificates served, CertificateGuideline guideline, Clock clock) {
		this.served = served;
		this.guideline = guideline;
		this.clock = clock;
	}

	/**
	 * Looks at every certificate.
	 * @return the findings by the name of the bundle the certificate is in; an empty list
	 * for a bundle that is as it should be, and no bundle before a server has started
	 */
	public Map<String, List<CertificateFinding>> byBundle() {
		Map<String, List<CertificateFinding>> all = new TreeMap<>();
		for (ServedCertificate certificate : this.served.all()) {
			all.computeIfAbsent(certificate.bundle(), (bundle) -> new ArrayList<>())
				.addAll(this.guideline.findings(certificate, this.clock.instant()));
		}
		all.replaceAll((bundle, findings) -> List.copyOf(findings));
		return Collections.unmodifiableMap(all);
	}

}
