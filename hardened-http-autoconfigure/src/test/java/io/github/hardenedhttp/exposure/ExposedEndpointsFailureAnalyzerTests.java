package io.github.hardenedhttp.exposure;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class ExposedEndpointsFailureAnalyzerTests {

	@Test
	void theEndpointsTheDangerAndTheWaysOutAreNamed() {
		FailureAnalysis analysis = new ExposedEndpointsFailureAnalyzer()
			.analyze(new ExposedEndpointsException(List.of("hardening", "info"), false, "hardening,info", null));
		assertThat(analysis.getDescription()).isEqualTo(
				"""
						These actuator endpoints would answer anybody on the public port, as 'management.server.port' is not set: hardening, info.
						Dangerous: hardening (where the server is weak).
						They are exposed by 'management.endpoints.web.exposure.include', which is 'hardening,info'.""");
		assertThat(analysis.getAction()).isEqualTo(
				"""
						Choose one:
						- a port of their own, which only this machine reaches: set 'management.server.port' to 9090 and 'management.server.address' to 127.0.0.1
						- health alone: set 'management.endpoints.web.exposure.include' to health
						- the public port all the same: set 'hardened.exposure.management' to allow; whoever reaches the port then reaches them, unless your security configuration asks who it is""");
	}

}
