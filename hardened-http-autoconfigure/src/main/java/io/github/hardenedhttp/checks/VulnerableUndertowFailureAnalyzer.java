package io.github.hardenedhttp.checks;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.hardenedhttp.checks.UndertowVersions.Vulnerability;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names each vulnerability with the version that ends it, and what to paste.
 */
final class VulnerableUndertowFailureAnalyzer extends AbstractFailureAnalyzer<VulnerableUndertowException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, VulnerableUndertowException cause) {
		return new FailureAnalysis(describe(cause.getVersions()), advise(cause.getVersions())
				+ "\nTo start all the same, set 'hardened.checks.undertow-version' to warn.", cause);
	}

	static String describe(UndertowVersions versions) {
		StringBuilder text = new StringBuilder();
		for (Map.Entry<String, String> part : versions.versions().entrySet()) {
			String lines = versions.vulnerabilities()
				.stream()
				.filter((entry) -> entry.artifact().equals(part.getKey()))
				.map((entry) -> "- %s, %s: fixed in %s".formatted(entry.id(), entry.what(), entry.fixedIn()))
				.collect(Collectors.joining("\n"));
			if (!lines.isEmpty()) {
				text.append("%s %s has known vulnerabilities:\n%s\n".formatted(part.getKey(), part.getValue(), lines));
			}
		}
		return text.append("Known, and fixed in no version: ")
			.append(versions.withoutFix()
				.stream()
				.map((entry) -> "%s, %s".formatted(entry.id(), entry.what()))
				.collect(Collectors.joining("; ")))
			.append('.')
			.toString();
	}

	static String advise(UndertowVersions versions) {
		boolean xnio = versions.vulnerabilities()
			.stream()
			.map(Vulnerability::artifact)
			.anyMatch(UndertowPart.XNIO.artifactId()::equals);
		String pins = Arrays.stream(UndertowPart.values())
			.filter((part) -> xnio || !part.isXnio())
			.map((part) -> "        " + part.dependency())
			.collect(Collectors.joining("\n"));
		return """
				Put this into your pom.xml ('undertow.version' alone cannot do it: no version has all parts):
				    <dependencyManagement><dependencies>
				%s
				    </dependencies></dependencyManagement>""".formatted(pins);
	}

}
