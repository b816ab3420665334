package io.github.hardenedhttp.certificate.acme;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CertificateStoreFailureAnalyzer}.
 */
class CertificateStoreFailureAnalyzerTests {

	@Test
	void itNamesTheFileAndWhatToDo() {
		CertificateStoreException failure = new CertificateStoreException("/var/lib/app/acme/archive/web/2/cert.pem",
				"cannot be read: it does not exist", "Restore it.", null);
		FailureAnalysis analysis = new CertificateStoreFailureAnalyzer()
			.analyze(new BeanCreationException("bean", "message", failure));
		assertThat(analysis.getDescription()).isEqualTo("The certificate store cannot be used. "
				+ "/var/lib/app/acme/archive/web/2/cert.pem cannot be read: it does not exist.");
		assertThat(analysis.getAction()).isEqualTo("Restore it.");
	}

}
