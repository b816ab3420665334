package io.github.hardenedhttp.tls;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.NoSuchSslBundleException;

import static org.assertj.core.api.Assertions.assertThat;

class NoSuchSslBundleFailureAnalyzerTests {

	@Test
	void itIsSaidWhereToDefineIt() {
		FailureAnalysis analysis = new NoSuchSslBundleFailureAnalyzer()
			.analyze(new NoSuchSslBundleException("web", "no such bundle"));
		assertThat(analysis.getDescription()).isEqualTo("There is no SSL bundle 'web'.");
		assertThat(analysis.getAction()).isEqualTo(
				"Define it with 'spring.ssl.bundle.pem.web.*' or 'spring.ssl.bundle.jks.web.*', or name one that exists.");
	}

}
