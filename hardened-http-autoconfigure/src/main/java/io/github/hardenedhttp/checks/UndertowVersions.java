package io.github.hardenedhttp.checks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the versions on the class path mean.
 *
 * @param versions the version of each artifact that is there, {@code unknown} where it is
 * not told
 * @param vulnerabilities what is known against them and fixed in a later version
 * @param withoutFix what is known against them and fixed in no version
 * @param unjudged the artifacts of which nothing can be said: their versions are unknown,
 * not of a form that can be compared, or older than what is known here
 */
public record UndertowVersions(Map<String, String> versions, List<Vulnerability> vulnerabilities,
		List<Vulnerability> withoutFix, List<String> unjudged) {

	static UndertowVersions of(Map<UndertowPart, String> found) {
		Map<String, String> versions = new LinkedHashMap<>();
		List<Vulnerability> vulnerabilities = new ArrayList<>();
		List<String> unjudged = new ArrayList<>();
		found.forEach((part, text) -> {
			versions.put(part.artifactId(), text);
			ReleaseVersion version = ReleaseVersion.parse(text);
			if (version == null || KnownVulnerability.isBeforeTable(part, version)) {
				unjudged.add(part.artifactId());
			}
			else {
				Arrays.stream(KnownVulnerability.values()).filter((entry) -> entry.isIn(part)).forEach((entry) -> {
					String fix = entry.fixMissingIn(version);
					if (fix != null) {
						vulnerabilities.add(new Vulnerability(entry.id(), entry.what(), part.artifactId(), fix));
					}
				});
			}
		});
		List<Vulnerability> withoutFix = Arrays.stream(KnownVulnerability.values())
			.filter((entry) -> !entry.hasFix())
			.map((entry) -> new Vulnerability(entry.id(), entry.what(), UndertowPart.CORE.artifactId(), "no version"))
			.toList();
		return new UndertowVersions(versions, List.copyOf(vulnerabilities), withoutFix, List.copyOf(unjudged));
	}

	/**
	 * Something known against a version.
	 *
	 * @param id the CVE number
	 * @param what what an attacker can do, in a few words
	 * @param artifact the artifact the mistake is in
	 * @param fixedIn the first version of the same branch that has the fix, or
	 * {@code no version}
	 */
	public record Vulnerability(String id, String what, String artifact, String fixedIn) {

	}

}
