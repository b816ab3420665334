package io.github.hardenedhttp.tls;

import java.security.GeneralSecurityException;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

import org.jspecify.annotations.Nullable;

/**
 * The implementation of TLS a server uses: the JDK's own, or Conscrypt. The policy is the
 * same; here is what differs in how it is kept. Thread-safe.
 */
public abstract sealed class TlsEngine permits JdkTlsEngine, ConscryptTlsEngine {

	/**
	 * How the engine is called.
	 * @return a name for people
	 */
	public abstract String name();

	/**
	 * Its version.
	 * @return the version, in the engine's own words
	 */
	public abstract String version();

	/**
	 * Whether the engine has a key-exchange group that is safe against a future quantum
	 * computer. Whether it is used is up to the policy.
	 * @return whether post-quantum handshakes are possible
	 */
	public boolean isPostQuantumCapable() {
		return !supportedOf(List.of(NamedGroup.X25519MLKEM768)).isEmpty();
	}

	/**
	 * Leaves out what the engine does not know.
	 * @param wanted the groups that are asked for
	 * @return those it supports, in the same order
	 */
	abstract List<NamedGroup> supportedOf(List<NamedGroup> wanted);

	/**
	 * Makes a context. It has still to be initialized.
	 * @return a new context
	 * @throws GeneralSecurityException if the engine has no TLS
	 */
	abstract SSLContext newContext() throws GeneralSecurityException;

	/**
	 * Makes sure that the policy's groups, and no others, are used by this process.
	 * @param policy the policy to be kept
	 * @throws NamedGroupsNotEffectiveException if other groups are in effect
	 */
	abstract void verify(TlsPolicy policy);

	/**
	 * Whether there is something in a policy the engine cannot do.
	 * @param policy a policy that is narrower than its profile
	 * @return what it is, as a sentence, or {@code null} if the policy can be kept
	 */
	abstract @Nullable String problemWith(TlsPolicy policy);

	/**
	 * Gives the policy to a new engine.
	 * @param engine the engine of one connection, before its handshake
	 * @param policy the policy
	 */
	void apply(TlsPolicy policy, SSLEngine engine) {
		engine.setUseClientMode(false);
		SSLParameters parameters = engine.getSSLParameters();
		parameters.setProtocols(policy.protocols().toArray(String[]::new));
		parameters.setCipherSuites(cipherSuites(policy).toArray(String[]::new));
		parameters.setUseCipherSuitesOrder(policy.preferServerCipherSuites());
		if (JdkNamedGroups.PER_ENGINE) {
			JdkNamedGroups.set(parameters, policy.namedGroups());
		}
		engine.setSSLParameters(parameters);
	}

	/**
	 * What is set on an engine: suites, protocols, client certificates and application
	 * protocols, which are those of ALPN.
	 * @param engine the engine of one connection
	 * @return a copy
	 */
	SSLParameters parametersOf(SSLEngine engine) {
		return engine.getSSLParameters();
	}

	/**
	 * Sets the application protocols of an engine and leaves the rest as it is.
	 * @param engine the engine of one connection
	 * @param parameters what {@link #parametersOf} gave, with other application protocols
	 */
	void setApplicationProtocols(SSLEngine engine, SSLParameters parameters) {
		engine.setSSLParameters(parameters);
	}

	/**
	 * Prepares keys for many signatures.
	 * @param keyManagers what has the keys of a server
	 * @return what is to be given to a {@linkplain #newContext() context}
	 */
	KeyManager[] prepared(KeyManager[] keyManagers) {
		return keyManagers;
	}

	List<String> cipherSuites(TlsPolicy policy) {
		return policy.cipherSuites();
	}

	/**
	 * How many file descriptors it opens for each connection, beside that of the socket.
	 * @return the number
	 */
	int descriptors() {
		return 0;
	}

	/**
	 * Whether the engine hands out its computations as delegated tasks. If not, they are
	 * done inside {@code unwrap}.
	 * @return whether there are tasks
	 */
	abstract boolean handsOutTasks();

	/**
	 * Whether it can be given OCSP responses to be stapled, see
	 * {@link io.github.hardenedhttp.tls.ocsp.OcspStaples}.
	 * @return whether there is a way that makes no handshake wait
	 */
	abstract boolean staples();

	/**
	 * The group a handshake has agreed on.
	 * @param engine an engine whose handshake is done
	 * @return the group as meters name it
	 */
	abstract String groupOf(SSLEngine engine);

	/**
	 * Why a handshake failed.
	 * @param ex what the engine has thrown
	 * @return whether it was because the client wanted to renegotiate
	 */
	boolean isRenegotiation(SSLException ex) {
		return false;
	}

	/**
	 * Closes the direction from the client.
	 * @param engine the engine of a connection
	 * @throws SSLException if the client has not said that it closes, and the engine
	 * minds
	 */
	void closeInbound(SSLEngine engine) throws SSLException {
		engine.closeInbound();
	}

	/**
	 * Gives back what the engine of a connection holds outside the heap.
	 * @param engine an engine whose connection has gone
	 */
	void release(SSLEngine engine) {
	}

	@Override
	public String toString() {
		return name() + " " + version();
	}

}
