package io.github.hardenedhttp.checks;

import java.util.stream.Collectors;

import io.github.hardenedhttp.undertow.GuardMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Lets a version pass, with a warning or without, or not. What no version mends is no
 * reason for either, and what cannot be judged is said, once.
 */
final class UndertowVersionCheck {

	private static final Log logger = LogFactory.getLog(UndertowVersionCheck.class);

	private final UndertowVersions versions;

	private final VersionGate gate;

	private final GuardMode mode;

	UndertowVersionCheck(UndertowVersions versions, VersionGate gate, GuardMode mode) {
		this.versions = versions;
		this.gate = gate;
		this.mode = mode;
	}

	void check() {
		if (this.gate == VersionGate.OFF) {
			return;
		}
		if (!this.versions.unjudged().isEmpty()) {
			logger.info("It is not known whether these have vulnerabilities: " + this.versions.unjudged()
				.stream()
				.map((artifact) -> "%s (version %s)".formatted(artifact, this.versions.versions().get(artifact)))
				.collect(Collectors.joining(", ")));
		}
		if (this.versions.vulnerabilities().isEmpty()) {
			return;
		}
		if (this.gate == VersionGate.FAIL && this.mode == GuardMode.ENFORCE) {
			throw new VulnerableUndertowException(this.versions);
		}
		logger.warn(VulnerableUndertowFailureAnalyzer.describe(this.versions) + "\n"
				+ VulnerableUndertowFailureAnalyzer.advise(this.versions));
	}

}
