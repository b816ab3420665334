package io.github.hardenedhttp.tls;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class NamedGroupsNotEffectiveFailureAnalyzerTests {

	@Test
	void anotherValueIsShown() {
		FailureAnalysis analysis = new NamedGroupsNotEffectiveFailureAnalyzer()
			.analyze(new NamedGroupsNotEffectiveException("x25519", "ffdhe2048"));
		assertThat(analysis.getDescription())
			.isEqualTo("The system property 'jdk.tls.namedGroups' is 'ffdhe2048', but the TLS policy needs 'x25519'.");
		assertThat(analysis.getAction())
			.isEqualTo("Remove 'jdk.tls.namedGroups'; to choose other groups, set 'hardened.tls.named-groups'.");
	}

	@Test
	void whoCameTooLateIsTold() {
		FailureAnalysis analysis = new NamedGroupsNotEffectiveFailureAnalyzer()
			.analyze(new NamedGroupsNotEffectiveException("x25519", "x25519"));
		assertThat(analysis.getDescription()).isEqualTo("""
				The key-exchange groups 'x25519' could not be set: something in this process used TLS before them.
				Java %d reads them once, at the first handshake.""".formatted(Runtime.version().feature()));
		assertThat(analysis.getAction()).isEqualTo(
				"Start Java with '-Djdk.tls.namedGroups=x25519', or use Java 21 or newer, where each server has its own.");
	}

}
