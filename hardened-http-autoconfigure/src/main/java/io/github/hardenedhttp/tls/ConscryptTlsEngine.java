package io.github.hardenedhttp.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;

import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * Conscrypt, which is BoringSSL for Java. Its provider is used here alone and not
 * registered with the process: nothing else changes.
 * <p>
 * It has native code. Whether that can be loaded and does what it should is tried when
 * the server starts ({@link #load}).
 */
final class ConscryptTlsEngine extends TlsEngine {

	private static final int DRAINING_LIMIT = 16;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	/**
	 * Larger than any record. Nobody reads what is written here, so all threads may write
	 * at once, each through a duplicate.
	 */
	private static final ByteBuffer NOWHERE = ByteBuffer.allocate(32 * 1024);

	private final Provider provider;

	private final String version;

	private ConscryptTlsEngine(Provider provider, String version) {
		this.provider = provider;
		this.version = version;
	}

	/**
	 * Loads the native code and lets it write the first message of a handshake.
	 * @return the engine
	 * @throws UnusableTlsEngineException if it does not work on this machine, or is too
	 * old
	 */
	static ConscryptTlsEngine load() throws UnusableTlsEngineException {
		try {
			Conscrypt.checkAvailability();
			Conscrypt.Version version = Conscrypt.version();
			ConscryptTlsEngine engine = new ConscryptTlsEngine(Conscrypt.newProvider(),
					"%d.%d.%d".formatted(version.major(), version.minor(), version.patch()));
			SSLEngine client = engine.client();
			engine.groupOf(client);
			if (ClientHello.of(client).supportedGroups().isEmpty()) {
				throw new UnusableTlsEngineException("it offers no key-exchange group");
			}
			return engine;
		}
		catch (LinkageError | GeneralSecurityException | SSLException | RuntimeException ex) {
			throw new UnusableTlsEngineException(ex);
		}
	}

	private SSLEngine client() throws GeneralSecurityException {
		SSLContext context = newContext();
		// With null it would read all authorities that this machine trusts.
		context.init(null, new TrustManager[0], null);
		SSLEngine client = context.createSSLEngine();
		client.setUseClientMode(true);
		return client;
	}

	/**
	 * Both ends of a pipe: Conscrypt's native part makes one for each {@code SSL}, for
	 * threads that wait for a socket. An engine has none, and the pipe all the same.
	 */
	@Override
	int descriptors() {
		return 2;
	}

	@Override
	public String name() {
		return "Conscrypt";
	}

	@Override
	public String version() {
		return this.version;
	}

	/**
	 * All groups of the policy are in every version that has {@code getGroupName}.
	 */
	@Override
	List<NamedGroup> supportedOf(List<NamedGroup> wanted) {
		return wanted;
	}

	@Override
	SSLContext newContext() throws GeneralSecurityException {
		return SSLContext.getInstance("TLS", this.provider);
	}

	/**
	 * Before Java 20 Conscrypt, too, has nothing but {@code jdk.tls.namedGroups} for an
	 * engine. It reads the property for each.
	 */
	@Override
	void verify(TlsPolicy policy) {
		List<Integer> expected = policy.namedGroups().stream().map(NamedGroup::id).toList();
		if (!offered(policy).equals(expected)) {
			throw new NamedGroupsNotEffectiveException(JdkNamedGroups.propertyValue(policy.namedGroups()),
					System.getProperty(JdkNamedGroups.PROPERTY));
		}
	}

	private List<Integer> offered(TlsPolicy policy) {
		try {
			SSLEngine client = client();
			if (JdkNamedGroups.PER_ENGINE) {
				SSLParameters parameters = client.getSSLParameters();
				JdkNamedGroups.set(parameters, policy.namedGroups());
				client.setSSLParameters(parameters);
			}
			return ClientHello.of(client).supportedGroups();
		}
		catch (GeneralSecurityException | SSLException ex) {
			throw new IllegalStateException("Conscrypt cannot say hello", ex);
		}
	}

	/**
	 * BoringSSL always has the three suites of TLS 1.3. And Conscrypt chooses the
	 * certificate by the suites of TLS 1.2 even if TLS 1.3 is agreed on
	 * ({@code NativeSsl#chooseServerCertificate}), so that both families are needed.
	 */
	@Override
	@Nullable String problemWith(TlsPolicy policy) {
		if (!policy.preferServerCipherSuites()) {
			return "Conscrypt goes by the server's order in TLS 1.2, whatever is set.";
		}
		if (policy.protocols().contains("TLSv1.3")
				&& !policy.cipherSuites().containsAll(TlsProfile.MODERN.cipherSuites())) {
			return "Conscrypt cannot leave out cipher suites of TLS 1.3.";
		}
		if (policy.protocols().contains("TLSv1.2") && policy.protocols().contains("TLSv1.3")
				&& !Set.of(true, false)
					.equals(Set.copyOf(policy.cipherSuites()
						.stream()
						.filter((suite) -> suite.contains("_WITH_"))
						.map((suite) -> suite.contains("_ECDSA_"))
						.toList()))) {
			return "Conscrypt needs suites of TLS 1.2 with ECDSA and with RSA.";
		}
		return null;
	}

	/**
	 * Before Java 20 nothing of a policy needs the engine's parameters, which are dear:
	 * see {@link #parametersOf}.
	 */
	@Override
	void apply(TlsPolicy policy, SSLEngine engine) {
		if (JdkNamedGroups.PER_ENGINE) {
			super.apply(policy, engine);
		}
		else {
			engine.setUseClientMode(false);
			engine.setEnabledProtocols(policy.protocols().toArray(String[]::new));
			engine.setEnabledCipherSuites(cipherSuites(policy).toArray(String[]::new));
		}
		// Without tickets there is no resumption in TLS 1.3.
		Conscrypt.setUseSessionTickets(engine, true);
	}

	/**
	 * Conscrypt itself looks for a method of Java 20 each time, and throws away the
	 * exception that it is not there ({@code Java9PlatformUtil#getSSLParameters}).
	 */
	@Override
	SSLParameters parametersOf(SSLEngine engine) {
		SSLParameters parameters = new SSLParameters(engine.getEnabledCipherSuites(), engine.getEnabledProtocols());
		parameters.setNeedClientAuth(engine.getNeedClientAuth());
		if (engine.getWantClientAuth()) {
			parameters.setWantClientAuth(true);
		}
		parameters.setUseCipherSuitesOrder(true);
		parameters.setApplicationProtocols(Conscrypt.getApplicationProtocols(engine));
		return parameters;
	}

	@Override
	void setApplicationProtocols(SSLEngine engine, SSLParameters parameters) {
		Conscrypt.setApplicationProtocols(engine, parameters.getApplicationProtocols());
	}

	@Override
	KeyManager[] prepared(KeyManager[] keyManagers) {
		return Arrays.stream(keyManagers)
			.map((keyManager) -> (keyManager instanceof X509ExtendedKeyManager extended)
					? new NativeKeyManager(extended, this.provider) : keyManager)
			.toArray(KeyManager[]::new);
	}

	/**
	 * Without TLS 1.2 its suites do no harm, and without them no certificate is found.
	 */
	@Override
	List<String> cipherSuites(TlsPolicy policy) {
		if (policy.protocols().contains("TLSv1.2")) {
			return policy.cipherSuites();
		}
		List<String> suites = new ArrayList<>(policy.cipherSuites());
		TlsProfile.INTERMEDIATE.cipherSuites().stream().filter((suite) -> !suites.contains(suite)).forEach(suites::add);
		return suites;
	}

	@Override
	boolean handsOutTasks() {
		return false;
	}

	/**
	 * {@code SSLParametersImpl#setOCSPResponse} is not for others to call.
	 */
	@Override
	boolean staples() {
		return false;
	}

	@Override
	String groupOf(SSLEngine engine) {
		return NamedGroup.tagOf(Conscrypt.getGroupName(engine));
	}

	@Override
	boolean isRenegotiation(SSLException ex) {
		return String.valueOf(ex.getMessage()).toUpperCase(Locale.ROOT).contains("RENEGOTIATION");
	}

	/**
	 * Plain text nobody has read keeps an engine from being done, and after this it can
	 * be read no more ({@code ConscryptEngine#isInboundDone}, {@code #unwrap}).
	 */
	@Override
	void closeInbound(SSLEngine engine) throws SSLException {
		try {
			// Without a record it takes what is left of the last one, and begins nothing.
			if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
					&& !"NONE".equals(engine.getSession().getProtocol())) {
				engine.unwrap(NOTHING.duplicate(), NOWHERE.duplicate());
			}
		}
		finally {
			engine.closeInbound();
		}
	}

	/**
	 * An engine frees its memory when both directions are closed and nothing is left to
	 * be sent ({@code ConscryptEngine#freeIfDone}); else the garbage collector has to
	 * find it, to which it looks small.
	 */
	@Override
	void release(SSLEngine engine) {
		try {
			closeInbound(engine);
			engine.closeOutbound();
			for (int i = 0; i < DRAINING_LIMIT && !engine.isOutboundDone(); i++) {
				SSLEngineResult result = engine.wrap(NOTHING.duplicate(), NOWHERE.duplicate());
				if (result.bytesProduced() == 0) {
					break;
				}
			}
		}
		catch (SSLException | IllegalStateException ex) {
			// Nothing is left to be freed.
		}
	}

}
