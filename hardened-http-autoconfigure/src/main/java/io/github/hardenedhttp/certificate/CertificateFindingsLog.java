package io.github.hardenedhttp.certificate;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Writes one line for each finding, when a server has started and when a certificate was
 * replaced. What was said of a bundle is not said again as long as it is so.
 */
final class CertificateFindingsLog {

	private static final Log logger = LogFactory.getLog(CertificateFindingsLog.class);

	private final CertificateFindings findings;

	// Guarded by "this": servers start, and watched files change, on threads of their own

	private Set<String> said = new HashSet<>();

	CertificateFindingsLog(CertificateFindings findings) {
		this.findings = findings;
	}

	synchronized void write() {
		Set<String> lines = new HashSet<>();
		for (Map.Entry<String, List<CertificateFinding>> bundle : this.findings.byBundle().entrySet()) {
			for (CertificateFinding finding : bundle.getValue()) {
				String line = "The certificate of the SSL bundle '%s': %s".formatted(bundle.getKey(), finding.text());
				if (lines.add(line) && !this.said.contains(line)) {
					logger.warn(line);
				}
			}
		}
		this.said = lines;
	}

}
