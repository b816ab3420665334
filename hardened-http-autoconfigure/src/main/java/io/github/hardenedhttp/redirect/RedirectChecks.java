package io.github.hardenedhttp.redirect;

import java.util.List;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;

/**
 * Checks that people who come by plain HTTP are sent to HTTPS (the article), for good
 * (RFC 9110, section 15.4; Mozilla), and to nobody else's host.
 */
final class RedirectChecks implements HardeningChecks {

	private static final String PREFIX = "hardened.redirect.";

	private static final String PORT = PREFIX + "port";

	private static final List<Integer> PERMANENT = List.of(301, 308);

	private final RedirectProperties properties;

	private final boolean tls;

	private final int serverPort;

	RedirectChecks(RedirectProperties properties, boolean tls, int serverPort) {
		this.properties = properties;
		this.tls = tls;
		this.serverPort = serverPort;
	}

	@Override
	public String room() {
		return "redirect";
	}

	@Override
	public List<HardeningCheck> checks() {
		if (!this.tls) {
			return List.of();
		}
		HardeningCheck.Subject enabled = HardeningCheck.of("enabled", PREFIX + "enabled", "the article, redirect")
			.value(this.properties.enabled());
		if (!this.properties.enabled()) {
			return List.of(enabled.warn("Who types an address without https finds nobody.",
					"Remove '" + PREFIX + "enabled', unless something in front redirects."));
		}
		return List.of(port(), status(), allowedHosts(), enabled.pass("Plain HTTP does nothing but redirect."));
	}

	private HardeningCheck port() {
		Integer port = this.properties.toPolicy(true, this.serverPort).port();
		HardeningCheck.Subject subject = HardeningCheck.of("port", PORT, "the article, redirect").value(port);
		return (port != null) ? subject.derivedFrom("80, as 'server.port' is 443").pass("Plain HTTP is redirected.")
				: subject.derivedFrom("none, as 'server.port' is not 443")
					.warn("Who types an address without https finds nobody.",
							"Set '" + PORT + "' to the port plain HTTP arrives on.");
	}

	private HardeningCheck status() {
		int status = this.properties.status();
		HardeningCheck.Subject subject = HardeningCheck
			.of("status", PREFIX + "status", "RFC 9110, section 15.4; Mozilla Server Side TLS 6.0")
			.value(status);
		return PERMANENT.contains(status) ? subject.pass("Browsers remember it.")
				: subject.warn("Browsers ask in plain HTTP each time.", "Set '" + PREFIX + "status' to 308.");
	}

	private HardeningCheck allowedHosts() {
		HardeningCheck.Subject subject = HardeningCheck.of("allowed-hosts", PREFIX + "allowed-hosts",
				"CWE-601, open redirect");
		return this.properties.allowedHosts().isEmpty()
				? subject.value("the names in the certificate")
					.derivedFrom("the certificate")
					.pass("Nobody is sent to a host that is not ours.")
				: subject.value(this.properties.allowedHosts()).pass("Nobody is sent to a host that is not listed.");
	}

}
