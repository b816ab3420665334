package io.github.hardenedhttp.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import org.jspecify.annotations.Nullable;

/**
 * Checks the TLS policy against Mozilla's guideline "Server Side TLS" 6.0, and the order
 * of cipher suites against the article ({@code PreferServerCipherSuites}).
 */
final class TlsChecks implements HardeningChecks {

	private static final String MOZILLA = "Mozilla Server Side TLS 6.0";

	private static final String PROFILE = "hardened.tls.profile";

	private final @Nullable ServerTls tls;

	private final boolean groupsSet;

	private final PostQuantumShare postQuantum;

	/**
	 * Create the checks.
	 * @param tls the TLS of the server, or {@code null} if it speaks none
	 * @param groupsSet whether the user has chosen the groups
	 * @param postQuantum asked for each report
	 */
	TlsChecks(@Nullable ServerTls tls, boolean groupsSet, PostQuantumShare postQuantum) {
		this.tls = tls;
		this.groupsSet = groupsSet;
		this.postQuantum = postQuantum;
	}

	@Override
	public String room() {
		return "tls";
	}

	@Override
	public List<HardeningCheck> checks() {
		HardeningCheck.Subject enabled = HardeningCheck.of("enabled", "hardened.tls.enabled", "the article, crypto/tls")
			.value(this.tls != null);
		if (this.tls == null) {
			return List
				.of(enabled
					.warn("Whoever is on the way reads and changes everything, unless a balancer in front ends TLS.",
							"Remove 'hardened.tls.enabled', unless there is such a balancer.")
					.lowering(Grade.B));
		}
		TlsPolicy policy = this.tls.policy();
		List<HardeningCheck> checks = new ArrayList<>(List.of(protocols(policy), namedGroups(policy),
				cipherSuites(policy), enabled.pass("Every connection is encrypted."), preference(policy),
				engine(this.tls.engine()), postQuantum(this.tls)));
		checks.addAll(this.tls.staplingChecks());
		return List.copyOf(checks);
	}

	private static HardeningCheck protocols(TlsPolicy policy) {
		HardeningCheck.Subject subject = HardeningCheck.of("protocols", PROFILE, MOZILLA).value(policy.protocols());
		List<String> outdated = new ArrayList<>(policy.protocols());
		outdated.removeAll(TlsProfile.INTERMEDIATE.protocols());
		if (!outdated.isEmpty()) {
			return subject.fail("RFC 8996 forbids everything before TLS 1.2.", "Set '" + PROFILE + "' to intermediate.")
				.lowering(Grade.B);
		}
		return policy.protocols().contains("TLSv1.3") ? subject.pass("Only versions without known weaknesses.")
				: subject.warn("The safest and fastest version is missing.", "Allow TLSv1.3.");
	}

	private static HardeningCheck cipherSuites(TlsPolicy policy) {
		HardeningCheck.Subject subject = HardeningCheck.of("cipher-suites", PROFILE, MOZILLA)
			.value(policy.cipherSuites());
		List<String> other = new ArrayList<>(policy.cipherSuites());
		other.removeAll(TlsProfile.INTERMEDIATE.cipherSuites());
		return other.isEmpty() ? subject.pass("All have forward secrecy and authenticated encryption.")
				: subject
					.fail("Mozilla advises against %s.".formatted(String.join(", ", other)),
							"Set '" + PROFILE + "' to intermediate.")
					.lowering(Grade.B);
	}

	private HardeningCheck namedGroups(TlsPolicy policy) {
		HardeningCheck.Subject subject = HardeningCheck.of("named-groups", TlsProperties.NAMED_GROUPS, MOZILLA)
			.value(names(policy.namedGroups()))
			.derivedFrom("'%s', as far as the engine has them".formatted(PROFILE));
		return policy.namedGroups().contains(NamedGroup.X25519)
				? subject.pass("None of them lets a client spend much of the server's processor time.")
				: subject.warn("X25519 is the fastest group, and what browsers try first.", this.groupsSet
						? "Add x25519 to '" + TlsProperties.NAMED_GROUPS + "'." : "Run on a Java that has it.");
	}

	private static HardeningCheck preference(TlsPolicy policy) {
		HardeningCheck.Subject subject = HardeningCheck
			.of("prefer-server-cipher-suites", "hardened.tls.prefer-server-cipher-suites",
					"the article, PreferServerCipherSuites")
			.value(policy.preferServerCipherSuites());
		return subject.pass(policy.preferServerCipherSuites() ? "The server's order holds: the fastest suites first."
				: "The client chooses among suites that are all good, as Mozilla has it.");
	}

	private static HardeningCheck engine(TlsEngine engine) {
		return HardeningCheck.of("engine", "hardened.tls.engine", "docs/decisions/0010")
			.value(engine)
			.derivedFrom("what is on the class path and works")
			.pass("It was tried when the server started, and uses the groups of the policy and no others.");
	}

	private HardeningCheck postQuantum(ServerTls tls) {
		HardeningCheck.Subject subject = HardeningCheck.of("post-quantum", TlsProperties.NAMED_GROUPS, MOZILLA);
		if (tls.isPostQuantum()) {
			OptionalDouble share = this.postQuantum.ofHandshakes();
			return subject.value(
					share.isPresent() ? "yes, in %.0f%% of the handshakes".formatted(100 * share.getAsDouble()) : "yes")
				.pass("What is recorded today stays secret when there are quantum computers.");
		}
		return subject.value("no")
			.warn("What is recorded today can be read when there are quantum computers.", tls.engine()
				.isPostQuantumCapable() ? "Add x25519mlkem768 to '" + TlsProperties.NAMED_GROUPS + "', in front."
						: "Add the dependency 'org.conscrypt:conscrypt-openjdk-uber', and let 'hardened.tls.engine' be auto.")
			.lowering(Grade.A_PLUS);
	}

	private static List<String> names(List<NamedGroup> groups) {
		return groups.stream().map((group) -> group.name().toLowerCase(Locale.ROOT)).toList();
	}

}
