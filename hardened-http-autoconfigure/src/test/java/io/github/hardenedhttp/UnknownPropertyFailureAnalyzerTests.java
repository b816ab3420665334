package io.github.hardenedhttp;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class UnknownPropertyFailureAnalyzerTests {

	@Test
	void whatWasProbablyMeantIsNamed() {
		FailureAnalysis analysis = new UnknownPropertyFailureAnalyzer()
			.analyze(new UnknownPropertyException("hardened.tls.profil", null, "hardened.tls.profile"));
		assertThat(analysis.getDescription()).isEqualTo("There is no configuration property 'hardened.tls.profil'.");
		assertThat(analysis.getAction()).isEqualTo("Did you mean 'hardened.tls.profile'?");
	}

	@Test
	void whatIsLikeNothingIsToBeRemoved() {
		FailureAnalysis analysis = new UnknownPropertyFailureAnalyzer()
			.analyze(new UnknownPropertyException("hardened.x", null, null));
		assertThat(analysis.getAction()).isEqualTo("Remove it; docs/reference/configuration.md has all properties.");
	}

}
