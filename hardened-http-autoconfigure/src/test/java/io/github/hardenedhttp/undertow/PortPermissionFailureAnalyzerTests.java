package io.github.hardenedhttp.undertow;

import java.net.SocketException;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class PortPermissionFailureAnalyzerTests {

	@Test
	void thePermissionIsNamed() {
		FailureAnalysis analysis = new PortPermissionFailureAnalyzer()
			.analyze(new IllegalStateException(new SocketException("Permission denied")));
		assertThat(analysis.getDescription()).isEqualTo(
				"The server is not allowed to listen on one of its ports. Ports below 1024, such as 80 and 443, need a permission.");
		assertThat(analysis.getAction()).isEqualTo("""
				Give it to the process: with systemd 'AmbientCapabilities=CAP_NET_BIND_SERVICE'.
				Or choose other ports with 'server.port' and 'hardened.redirect.port'.""");
	}

	@Test
	void otherFailuresAreLeftToOthers() {
		assertThat(new PortPermissionFailureAnalyzer().analyze(new SocketException("Broken pipe"))).isNull();
	}

}
