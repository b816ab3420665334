package io.github.hardenedhttp.checks;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hardenedhttp.undertow.GuardMode;

import org.springframework.boot.autoconfigure.web.ServerProperties;

/**
 * Checks what concerns all rooms: whether limits are enforced, whether the server's
 * libraries have known vulnerabilities (the table in {@link KnownVulnerability}), and
 * which options of Undertow the user has set.
 */
final class ServerChecks implements HardeningChecks {

	private static final String OWN = "docs/decisions/0012";

	private static final String VERSION = "hardened.checks.undertow-version";

	/**
	 * Options that have a counterpart here, by their letters, and who wins. What is not
	 * listed is touched by nobody but the user.
	 */
	private static final Map<String, String> PRECEDENCE = Map.of( //
			"maxheadersize", "wins over 'server.max-http-request-header-size'", //
			"maxheaders", "wins over 'hardened.protocol.max-headers'", //
			"maxcookies", "wins over the limit of 100 cookies", //
			"maxentitysize", "wins over 'server.undertow.max-http-post-size'", //
			"bufferpipelineddata", "loses: answers that wait in a buffer could be lost", //
			"norequesttimeout", "loses to 'hardened.timeout.idle'", //
			"http2settingsmaxconcurrentstreams", "loses to 'hardened.http2.max-concurrent-streams'", //
			"http2settingsenablepush", "loses: nothing is pushed", //
			"backlog", "wins over the queue of 4096");

	private final GuardMode mode;

	private final UndertowVersions versions;

	private final VersionGate gate;

	private final ServerProperties.Undertow.Options options;

	ServerChecks(GuardMode mode, UndertowVersions versions, VersionGate gate,
			ServerProperties.Undertow.Options options) {
		this.mode = mode;
		this.versions = versions;
		this.gate = gate;
		this.options = options;
	}

	@Override
	public String room() {
		return "checks";
	}

	@Override
	public List<HardeningCheck> checks() {
		return List.of(mode(), vulnerabilities(), unjudged(), options());
	}

	private HardeningCheck mode() {
		HardeningCheck.Subject subject = HardeningCheck.of("mode", "hardened.mode", OWN).value(this.mode);
		return (this.mode == GuardMode.ENFORCE) ? subject.pass("What breaks a deadline or a limit is ended.")
				: subject.fail("Deadlines and limits are only counted: nobody is held to them.",
						"Set 'hardened.mode' to enforce when the counters show no honest client.");
	}

	private HardeningCheck vulnerabilities() {
		List<String> known = this.versions.vulnerabilities().stream().map(UndertowVersions.Vulnerability::id).toList();
		HardeningCheck.Subject subject = HardeningCheck.of("known-vulnerabilities", VERSION, "the CVE list")
			.value(known);
		if (this.gate == VersionGate.OFF) {
			return subject.warn("Nobody is told of vulnerabilities at start.", "Remove '" + VERSION + "'.");
		}
		return known.isEmpty() ? subject.pass("No vulnerability is known that another version mends.")
				: subject.fail("They are known to everybody, and mended in later versions.",
						"Pin the versions the log names at start: docs/reference/checks.md.");
	}

	private HardeningCheck unjudged() {
		HardeningCheck.Subject subject = HardeningCheck.of("unjudged-versions", null, "the CVE list")
			.value(this.versions.unjudged());
		return this.versions.unjudged().isEmpty()
				? subject.pass("All versions are of branches the table of vulnerabilities knows.")
				: subject
					.warn("It is not known whether these have vulnerabilities.",
							"Use a release of the branches 2.3 or 2.4, or ask its vendor.")
					.lowering(Grade.A_PLUS);
	}

	/**
	 * Says of each option the user has set whether it is the one that holds.
	 */
	private HardeningCheck options() {
		List<String> set = Stream
			.concat(this.options.getServer().keySet().stream().map((name) -> "server." + name),
					this.options.getSocket().keySet().stream().map((name) -> "socket." + name))
			.sorted()
			.map((name) -> name + " (" + precedence(name) + ")")
			.toList();
		HardeningCheck.Subject subject = HardeningCheck.of("undertow-options", "server.undertow.options", OWN)
			.value(set);
		return subject.pass(set.isEmpty() ? "No option of Undertow is set past this starter."
				: "In brackets stands which setting wins.");
	}

	private static String precedence(String name) {
		String letters = name.substring(name.indexOf('.') + 1).replaceAll("[^A-Za-z0-9]", "").toLowerCase();
		return PRECEDENCE.getOrDefault(letters, "holds, nothing here sets it");
	}

}
