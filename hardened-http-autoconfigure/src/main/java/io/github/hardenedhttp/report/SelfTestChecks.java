package io.github.hardenedhttp.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.redirect.HostNames;
import org.jspecify.annotations.Nullable;

/**
 * Judges what the self-test has seen, whatever the properties say: versions against RFC
 * 8996, suites and groups against Mozilla's guideline 6.0, the rest against the article.
 * Letters are SSL Labs'.
 */
final class SelfTestChecks implements HardeningChecks {

	private static final String PROPERTY = "hardened.checks.self-test";

	private static final String MOZILLA = "Mozilla Server Side TLS 6.0";

	private final Supplier<@Nullable SelfTestResult> latest;

	private final boolean headerExpected;

	/**
	 * Create the checks.
	 * @param latest the latest result, or {@code null} while there is none
	 * @param headerExpected whether answers should have the HSTS header
	 */
	SelfTestChecks(Supplier<@Nullable SelfTestResult> latest, boolean headerExpected) {
		this.latest = latest;
		this.headerExpected = headerExpected;
	}

	@Override
	public String room() {
		return "self-test";
	}

	@Override
	public List<HardeningCheck> checks() {
		SelfTestResult result = this.latest.get();
		if (result == null) {
			return List.of();
		}
		List<HardeningCheck> checks = new ArrayList<>();
		SelfTestResult.Tls tls = result.tls();
		if (tls != null) {
			checks.addAll(List.of(protocols(tls), suites(tls), groups(tls), serverNames(tls), alpn(tls), header(tls)));
		}
		if (result.redirect() != null) {
			checks.add(redirect(result.redirect()));
		}
		checks.add(problems(result.problems()));
		return checks;
	}

	private static HardeningCheck protocols(SelfTestResult.Tls tls) {
		HardeningCheck.Subject subject = HardeningCheck.of("protocols", null, "RFC 8996").value(tls.accepted());
		boolean outdated = List.of(TlsVersion.values())
			.stream()
			.anyMatch((version) -> version.isOutdated() && tls.accepted().contains(version.jsseName()));
		if (outdated) {
			return subject
				.fail("The server accepts what the RFC forbids, whatever is configured.",
						"Find out who makes the server's SSLContext; nothing here does so.")
				.lowering(Grade.B);
		}
		return tls.accepted().isEmpty()
				? subject.warn("No version was seen to be accepted.", "See what 'problems' says.")
				: subject.pass("No outdated version is accepted.");
	}

	private static HardeningCheck suites(SelfTestResult.Tls tls) {
		List<String> all = tls.suites().values().stream().flatMap(Collection::stream).distinct().toList();
		List<String> weak = all.stream().filter(CipherSuites::isWeak).toList();
		HardeningCheck.Subject subject = HardeningCheck.of("cipher-suites", null, MOZILLA).value(all);
		return weak.isEmpty() ? subject.pass("No weak suite is accepted.")
				: subject
					.fail("The server accepts %s, whatever is configured.".formatted(String.join(", ", weak)),
							"Find out who makes the server's SSLContext; nothing here does so.")
					.lowering(Grade.B);
	}

	private static HardeningCheck groups(SelfTestResult.Tls tls) {
		List<String> expensive = tls.groups().stream().filter(CipherSuites::isExpensive).toList();
		HardeningCheck.Subject subject = HardeningCheck.of("groups", null, MOZILLA + "; CVE-2002-20001")
			.value(tls.groups());
		return expensive.isEmpty() ? subject.pass("No group lets a client spend the server's processor time.")
				: subject.warn(
						"A client can spend the server's processor time with %s."
							.formatted(String.join(", ", expensive)),
						"Remove 'jdk.tls.namedGroups' from the command line, or see docs/reference/tls.md.");
	}

	private static HardeningCheck serverNames(SelfTestResult.Tls tls) {
		HardeningCheck.Subject subject = HardeningCheck.of("server-names", null, "RFC 6066, section 3")
			.value(tls.serverNames().stream().map(SelfTestResult.ServerName::name).toList());
		List<String> others = tls.serverNames()
			.stream()
			.filter((each) -> !HostNames.of(each.certificate().names()).contains(each.name()))
			.map((each) -> "%s is shown the certificate of %s".formatted(each.name(), each.certificate().subject()))
			.toList();
		return others.isEmpty() ? subject.pass("Who asks for one of these names is shown a certificate that has it.")
				: subject
					.warn("Who asks for %s, and clients refuse that.".formatted(String.join(", ", others)),
							"Set 'server.ssl.server-name-bundles' so that each name has a certificate with it.")
					.lowering(Grade.T);
	}

	private static HardeningCheck alpn(SelfTestResult.Tls tls) {
		return HardeningCheck.of("alpn", null, "RFC 7301").value(tls.alpn()).pass("Chosen from h2 and http/1.1.");
	}

	private HardeningCheck header(SelfTestResult.Tls tls) {
		HardeningCheck.Subject subject = HardeningCheck
			.of("strict-transport-security", null, "the article, HSTS; RFC 6797")
			.value(tls.strictTransportSecurity());
		if (tls.strictTransportSecurity() != null) {
			return subject.pass("Answers have the header.");
		}
		return this.headerExpected ? subject.warn("The answer had no such header.",
				"Find out who removes it, or see what 'problems' says.") : subject.pass("It is switched off.");
	}

	private static HardeningCheck redirect(SelfTestResult.Redirect redirect) {
		HardeningCheck.Subject subject = HardeningCheck.of("redirect", null, "the article, redirect")
			.value("%d to %s".formatted(redirect.status(), redirect.location()));
		return (redirect.location() != null && redirect.location().startsWith("https://"))
				? subject.pass("Plain HTTP leads to HTTPS.") : subject.warn("Plain HTTP does not lead to HTTPS.",
						"See that 'hardened.redirect.allowed-hosts' has the names of the server.");
	}

	private static HardeningCheck problems(List<String> problems) {
		HardeningCheck.Subject subject = HardeningCheck.of("problems", PROPERTY, "docs/decisions/0012").value(problems);
		return problems.isEmpty() ? subject.pass("Everything could be seen.")
				: subject
					.warn("Not everything could be seen; a client certificate that is required is one reason.",
							"Set '" + PROPERTY + "' to false if the server cannot be reached from itself.")
					.lowering(Grade.A_PLUS);
	}

}
