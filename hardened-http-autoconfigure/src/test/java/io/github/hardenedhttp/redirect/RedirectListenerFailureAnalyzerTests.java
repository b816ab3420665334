package io.github.hardenedhttp.redirect;

import java.net.BindException;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class RedirectListenerFailureAnalyzerTests {

	@Test
	void theReasonIsTold() {
		FailureAnalysis analysis = new RedirectListenerFailureAnalyzer()
			.analyze(new RedirectListenerException(80, new BindException("Cannot assign requested address")));
		assertThat(analysis.getDescription())
			.isEqualTo("Plain HTTP cannot be redirected on port 80: Cannot assign requested address.");
		assertThat(analysis.getAction()).isEqualTo(
				"Set 'hardened.redirect.port' to another port, 'server.address' to an address of this machine, or 'hardened.redirect.enabled' to false.");
	}

	@Test
	void permissionsAreLeftToWhoKnowsOfThem() {
		assertThat(new RedirectListenerFailureAnalyzer()
			.analyze(new RedirectListenerException(80, new BindException("Permission denied")))).isNull();
	}

}
