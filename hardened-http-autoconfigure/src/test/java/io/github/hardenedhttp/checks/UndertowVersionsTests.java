package io.github.hardenedhttp.checks;

import java.util.Map;

import io.github.hardenedhttp.checks.UndertowVersions.Vulnerability;
import io.undertow.Undertow;
import io.undertow.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class UndertowVersionsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			2.3.27.Final  |  0 |
			2.3.26.Final  |  0 |
			2.3.25.Final  |  0 |
			2.3.25        |  0 |
			2.3.24.Final  |  3 | CVE-2026-28367 CVE-2026-28368 CVE-2026-28369
			2.3.24.SP1    |  3 | CVE-2026-28367 CVE-2026-28368 CVE-2026-28369
			2.3.20.Final  |  6 | CVE-2024-3884 CVE-2024-4027 CVE-2025-12543
			2.3.19.Final  |  7 | CVE-2025-9784
			2.3.18.Final  |  8 | CVE-2024-4109
			2.3.9.Final   | 19 | CVE-2023-44487
			2.3.8.Final   | 20 | CVE-2023-3223
			2.3.0.Final   | 22 | CVE-2022-4492 CVE-2023-1108
			2.4.0.Alpha1  |  6 | CVE-2024-3884 CVE-2024-4027 CVE-2025-12543 CVE-2026-28367
			2.4.0.Beta1   |  3 | CVE-2026-28367 CVE-2026-28368 CVE-2026-28369
			2.4.0.RC4     |  3 | CVE-2026-28367 CVE-2026-28368 CVE-2026-28369
			2.4.0.Final   |  0 |
			2.4.2.Final   |  0 |
			2.5.0.Alpha1  |  0 |
			3.0.0.Final   |  0 |
			""")
	void aCoreIsExposedToWhatItsBranchMendedLater(String version, int count, String some) {
		UndertowVersions versions = UndertowVersions.of(Map.of(UndertowPart.CORE, version));
		assertThat(versions.unjudged()).isEmpty();
		assertThat(versions.vulnerabilities()).hasSize(count);
		if (some != null) {
			assertThat(versions.vulnerabilities()).extracting(Vulnerability::id).contains(some.split(" "));
		}
	}

	@Test
	void theFixNamedIsThatOfTheSameBranch() {
		assertThat(UndertowVersions.of(Map.of(UndertowPart.CORE, "2.3.24.Final")).vulnerabilities())
			.extracting(Vulnerability::fixedIn)
			.containsOnly("2.3.25.Final");
		assertThat(UndertowVersions.of(Map.of(UndertowPart.CORE, "2.4.0.RC4")).vulnerabilities())
			.extracting(Vulnerability::fixedIn)
			.containsOnly("2.4.0.Final");
	}

	@Test
	void eachPartIsJudgedByItsOwnVersion() {
		UndertowVersions versions = UndertowVersions.of(Map.of(UndertowPart.CORE, "2.3.27.Final", UndertowPart.SERVLET,
				"2.3.12.Final", UndertowPart.WEBSOCKETS, "2.3.0.Final", UndertowPart.XNIO, "3.8.8.Final"));
		assertThat(versions.vulnerabilities()).extracting(Vulnerability::id, Vulnerability::artifact)
			.containsExactlyInAnyOrder(tuple("CVE-2023-1973", "undertow-servlet"), tuple("CVE-2023-5685", "xnio-api"));
	}

	@ParameterizedTest
	@CsvSource({ "3.8.13.Final, 1", "3.8.14.Final, 0", "3.8.16.Final, 0", "3.9.0.Final, 0" })
	void xnioHasItsOwnNumbers(String version, int count) {
		assertThat(UndertowVersions.of(Map.of(UndertowPart.XNIO, version)).vulnerabilities()).hasSize(count);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unknown", "2.2.40.Final", "2.3.20.SP4-redhat-00001", "2.3.24.Final-SNAPSHOT" })
	void whatIsNotKnownIsSaidToBeUnknown(String version) {
		UndertowVersions versions = UndertowVersions.of(Map.of(UndertowPart.CORE, version));
		assertThat(versions.vulnerabilities()).isEmpty();
		assertThat(versions.unjudged()).containsExactly("undertow-core");
		assertThat(versions.versions()).containsEntry("undertow-core", version);
	}

	@Test
	void whatHasNoFixIsSaidOfEveryVersionAndIsNoVulnerabilityToMend() {
		UndertowVersions versions = UndertowVersions.of(Map.of(UndertowPart.CORE, "2.3.27.Final"));
		assertThat(versions.vulnerabilities()).isEmpty();
		assertThat(versions.withoutFix()).extracting(Vulnerability::id).containsExactly("CVE-2026-3260");
	}

	@ParameterizedTest
	@EnumSource
	void thePinsAreNotExposed(UndertowPart part) {
		String pin = part.dependency().replaceAll(".*<version>(.*)</version>.*", "$1");
		UndertowVersions versions = UndertowVersions.of(Map.of(part, pin));
		assertThat(versions.vulnerabilities()).isEmpty();
		assertThat(versions.unjudged()).isEmpty();
	}

	@Test
	void theVersionsOnTheClassPathAreThosePinnedForItsTests() {
		Map<UndertowPart, String> found = UndertowPart.versions(Undertow.class.getClassLoader());
		assertThat(found).containsOnlyKeys(UndertowPart.values());
		found.forEach((part, version) -> assertThat(part.dependency()).contains(">" + version + "<"));
		assertThat(found).containsEntry(UndertowPart.CORE, Version.getVersionString())
			.containsEntry(UndertowPart.XNIO, org.xnio.Version.getVersionString());
	}

	@Test
	void aPartThatIsNotThereIsLeftOutAndOneThatDoesNotTellIsUnknown() {
		ClassLoader classLoader = new FilteredClassLoader(FilteredClassLoader.PackageFilter.of("io.undertow.servlet"),
				FilteredClassLoader.ClassPathResourceFilter.of(new ClassPathResource(UndertowPart.CORE.resource())));
		assertThat(UndertowPart.versions(classLoader)).doesNotContainKey(UndertowPart.SERVLET)
			.containsEntry(UndertowPart.CORE, "unknown")
			.containsEntry(UndertowPart.WEBSOCKETS, "2.3.24.Final");
	}

}
