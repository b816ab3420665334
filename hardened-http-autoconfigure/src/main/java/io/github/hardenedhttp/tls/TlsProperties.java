package io.github.hardenedhttp.tls;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
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
 * @param sniHostCheck Whether a request for a host that the certificate of its connection
 * does not cover is refused, which stops forged hosts and requests for another virtual
 * host.
 * @param ocspStapling Whether a certificate that has the address of an OCSP responder is
 * sent together with what that says of it. It is asked in the background.
 * @param engine Implementation of TLS: the JDK's own, Conscrypt (faster handshakes, and
 * X25519MLKEM768 on every Java), or 'auto' for Conscrypt where it is on the class path
 * and works.
 * @param handshakeThreads Number of threads on which the cryptography of handshakes runs,
 * so that a flood of them does not slow down connections that exist, or 'auto' for one on
 * each processor.
 */
@ConfigurationProperties("hardened.tls")
public record TlsProperties(@DefaultValue("true") boolean enabled, @DefaultValue("intermediate") TlsProfile profile,
		@Nullable List<NamedGroup> namedGroups, @DefaultValue("true") boolean preferServerCipherSuites,
		@DefaultValue("true") boolean sniHostCheck, @DefaultValue("true") boolean ocspStapling,
		@DefaultValue("auto") TlsEngineChoice engine, @DefaultValue("auto") HandshakeThreadCount handshakeThreads) {

	private static final Log logger = LogFactory.getLog(TlsProperties.class);

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
	 * Decides which implementation of TLS is used.
	 * @param conscrypt Conscrypt, or {@code null} if it is not on the class path
	 * @return the engine
	 * @throws InvalidConfigurationPropertyValueException if it is to be Conscrypt, and
	 * cannot be
	 */
	TlsEngine toEngine(@Nullable ConscryptCandidate conscrypt) {
		if (this.engine == TlsEngineChoice.JDK || (this.engine == TlsEngineChoice.AUTO && conscrypt == null)) {
			return new JdkTlsEngine();
		}
		if (conscrypt == null) {
			throw noConscrypt("Conscrypt is not on the class path. Add the dependency "
					+ "'org.conscrypt:conscrypt-openjdk-uber', or set it to 'jdk'.");
		}
		try {
			return conscrypt.load();
		}
		catch (UnusableTlsEngineException ex) {
			if (this.engine == TlsEngineChoice.CONSCRYPT) {
				throw noConscrypt(
						"Conscrypt does not work here: %s. Use version 2.9.0 or newer on a platform it has native code for, or set it to 'jdk'."
							.formatted(ex.getMessage()));
			}
			logger.warn("Conscrypt is on the class path, but does not work here (%s): TLS is the JDK's"
				.formatted(ex.getMessage()));
			return new JdkTlsEngine();
		}
	}

	private InvalidConfigurationPropertyValueException noConscrypt(String reason) {
		return new InvalidConfigurationPropertyValueException("hardened.tls.engine",
				this.engine.name().toLowerCase(Locale.ROOT), reason);
	}

	/**
	 * Turns the properties into a policy an engine can keep.
	 * @param engine the engine
	 * @return the policy
	 * @throws InvalidConfigurationPropertyValueException if the groups cannot work
	 */
	TlsPolicy toPolicy(TlsEngine engine) {
		List<NamedGroup> wanted = wantedGroups();
		List<NamedGroup> usable = engine.supportedOf(wanted);
		if (usable.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(NAMED_GROUPS, wanted,
					"No client could connect: %s supports none of these groups. Add 'x25519' and 'secp256r1'."
						.formatted(engine));
		}
		if (this.profile == TlsProfile.INTERMEDIATE && !usable.contains(NamedGroup.SECP256R1)) {
			throw new InvalidConfigurationPropertyValueException(NAMED_GROUPS, wanted,
					"Without 'secp256r1' no TLS 1.2 client accepts a P-256 certificate. Add it, or set 'hardened.tls.profile' to 'modern'.");
		}
		TlsPolicy policy = new TlsPolicy(this.profile, this.profile.protocols(), this.profile.cipherSuites(), usable,
				this.preferServerCipherSuites);
		String problem = engine.problemWith(policy);
		if (problem != null) {
			// Nothing else in a policy of a whole profile can be one.
			throw new InvalidConfigurationPropertyValueException("hardened.tls.prefer-server-cipher-suites",
					this.preferServerCipherSuites,
					problem + " Remove the property, or set 'hardened.tls.engine' to 'jdk'.");
		}
		return policy;
	}

}
