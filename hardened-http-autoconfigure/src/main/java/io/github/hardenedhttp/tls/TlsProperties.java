package io.github.hardenedhttp.tls;

import java.util.LinkedHashSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What can be set about TLS.
 *
 * @param enabled Whether the server speaks TLS. To be turned off only behind a balancer
 * that terminates TLS.
 * @param profile Profile of Mozilla's server-side TLS guideline that says which protocol
 * versions and cipher suites are accepted.
 * @param namedGroups Key-exchange groups in the order of preference, in place of those of
 * the profile.
 * @param preferServerCipherSuites Whether the server's order of cipher suites decides,
 * not the client's.
 * @param handshakeThreads Number of threads on which the cryptography of handshakes runs,
 * so that a flood of them does not slow down connections that exist, or 'auto' for one on
 * each processor.
 */
@ConfigurationProperties("hardened.tls")
public record TlsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("intermediate") TlsProfile profile,
		@Nullable List<NamedGroup> namedGroups, @DefaultValue("true") boolean preferServerCipherSuites,
		@DefaultValue("auto") HandshakeThreadCount handshakeThreads) {

	static final String NAMED_GROUPS = "hardened.tls.named-groups";

	/**
	 * The key-exchange groups that are asked for, whether the engine has them or not.
	 * @return the groups in the order of preference
	 */
	List<NamedGroup> wantedGroups() {
		return (this.namedGroups == null) ? this.profile.namedGroups()
				: List.copyOf(new LinkedHashSet<>(this.namedGroups));
	}

	HandshakeThreads toHandshakeThreads() {
		if (!this.handshakeThreads.isInRange()) {
			throw new InvalidConfigurationPropertyValueException("hardened.tls.handshake-threads",
					this.handshakeThreads,
					"Handshakes need a thread, and more threads than processors do not make them faster. Set a number from 1 to %d, or 'auto'."
						.formatted(HandshakeThreadCount.MOST));
		}
		return new HandshakeThreads(this.handshakeThreads.threads(Runtime.getRuntime().availableProcessors()));
	}

	/**
	 * Turns the properties into a policy this Java can keep.
	 * @return the policy
	 * @throws InvalidConfigurationPropertyValueException if the groups cannot work
	 */
	public TlsPolicy toPolicy() {
		List<NamedGroup> wanted = wantedGroups();
		List<NamedGroup> usable = JdkNamedGroups.supportedOf(wanted);
		if (usable.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(NAMED_GROUPS, wanted,
					"No client could connect: Java %d supports none of these groups. Add 'x25519' and 'secp256r1'."
						.formatted(Runtime.version().feature()));
		}
		if (this.profile == TlsProfile.INTERMEDIATE && !usable.contains(NamedGroup.SECP256R1)) {
			throw new InvalidConfigurationPropertyValueException(NAMED_GROUPS, wanted,
					"Without 'secp256r1' no TLS 1.2 client accepts a P-256 certificate. Add it, or set 'hardened.tls.profile' to 'modern'.");
		}
		return new TlsPolicy(this.profile, this.profile.protocols(), this.profile.cipherSuites(), usable,
				this.preferServerCipherSuites);
	}

}
