package io.github.hardenedhttp.checks;

/**
 * Thrown at start when the server's libraries have vulnerabilities that are known, and
 * that was not to be.
 */
@SuppressWarnings("serial")
public class VulnerableUndertowException extends RuntimeException {

	private final transient UndertowVersions versions;

	VulnerableUndertowException(UndertowVersions versions) {
		super("Undertow has %d known vulnerabilities".formatted(versions.vulnerabilities().size()));
		this.versions = versions;
	}

	UndertowVersions getVersions() {
		return this.versions;
	}

}
