package io.github.hardenedhttp.tls;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.tls.ocsp.OcspStaples;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;

/**
 * The TLS of the application's server at this moment: its policy and the certificates it
 * serves. A certificate can be {@linkplain #replace replaced} while the server runs.
 * Thread-safe.
 */
public final class ServerTls {

	/**
	 * How far the clock of an authority may be ahead of this one's.
	 */
	private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

	private final TlsPolicy policy;

	private final TlsEngine engine;

	private final HandshakeThreads handshakeThreads;

	private final @Nullable OcspStaples staples;

	private final Clock clock;

	private final Map<String, Served> served = new ConcurrentHashMap<>();

	ServerTls(TlsPolicy policy, TlsEngine engine, HandshakeThreads handshakeThreads, @Nullable OcspStaples staples,
			Clock clock) {
		this.policy = policy;
		this.engine = engine;
		this.handshakeThreads = handshakeThreads;
		this.staples = staples;
		this.clock = clock;
	}

	/**
	 * What is negotiated.
	 * @return the policy
	 */
	public TlsPolicy policy() {
		return this.policy;
	}

	/**
	 * By whom it is negotiated.
	 * @return the engine
	 */
	public TlsEngine engine() {
		return this.engine;
	}

	/**
	 * Whether clients that can are given a key exchange that is safe against a future
	 * quantum computer.
	 * @return whether the policy has such a group
	 */
	public boolean isPostQuantum() {
		return this.policy.namedGroups().contains(NamedGroup.X25519MLKEM768);
	}

	/**
	 * The names of the bundles that are served, those made here included.
	 * @return the names
	 */
	public Set<String> bundleNames() {
		return Set.copyOf(this.served.keySet());
	}

	/**
	 * The server's own certificates, as the next handshake will see them.
	 * @return the certificates of all bundles, without their chains
	 */
	public List<X509Certificate> certificates() {
		return this.served.values().stream().flatMap((served) -> served.certificate.leaves().stream()).toList();
	}

	/**
	 * What is served, with all that clients see of it.
	 * @return one for each private key
	 */
	public List<ServedCertificate> served() {
		List<ServedCertificate> all = new ArrayList<>();
		this.served.forEach((name, served) -> served.certificate.chains()
			.forEach((chain) -> all.add(new ServedCertificate(name, served.serverNames, chain))));
		return List.copyOf(all);
	}

	/**
	 * Serves the new content of a bundle from the next handshake on. Connections that
	 * exist are not touched. A certificate that is not valid now never takes the place of
	 * one that is.
	 * @param bundleName the name of a bundle that is served
	 * @param bundle its new content
	 * @return the certificates that are served from now on under that name
	 * @throws UnusableCertificateException if the content cannot be served; the old one
	 * still is
	 */
	public List<X509Certificate> replace(String bundleName, SslBundle bundle) {
		Served served = this.served.get(bundleName);
		if (served == null) {
			return List.of();
		}
		synchronized (served) {
			served.bundle = bundle;
			ServerCertificate certificate = ServerCertificate.from(served.source, bundle, served.trust, this.engine,
					this.staples);
			Instant now = this.clock.instant();
			boolean good = certificate.isValidAt(now) || certificate.isValidAt(now.plus(CLOCK_DIFFERENCE));
			if (!good && served.certificate.isValidAt(now)) {
				throw new UnusableCertificateException(served.source,
						"it is expired or not valid yet, and the old one is valid", null);
			}
			served.context.replace(certificate.context());
			served.certificate = certificate;
			staple(bundleName, certificate);
			return certificate.leaves();
		}
	}

	/**
	 * Whether a bundle is what is served, or what was tried last and cannot be.
	 * @param bundleName the name of a bundle that is served
	 * @param bundle what its content may be
	 * @return whether it is the bundle that was last seen here
	 */
	public boolean hasSeen(String bundleName, SslBundle bundle) {
		Served served = this.served.get(bundleName);
		return served != null && served.bundle == bundle;
	}

	private void staple(String bundleName, ServerCertificate certificate) {
		if (this.staples != null) {
			this.staples.serve(new BundleOfServer(this, bundleName), certificate.chains());
		}
	}

	/**
	 * What there is to say about OCSP responses.
	 * @return one check, or none where no certificate has an OCSP address
	 */
	List<HardeningCheck> staplingChecks() {
		return (this.staples != null) ? this.staples.checks() : List.of();
	}

	HandshakeThreads handshakeThreads() {
		return this.handshakeThreads;
	}

	void clear() {
		this.served.clear();
	}

	/**
	 * Takes a bundle in.
	 * @param name the name it is served under
	 * @param source where it comes from, in words a user knows
	 * @param bundle its content
	 * @param policy the policy for its connections
	 * @param trust whose certificates its clients may show, also when it is replaced
	 * @param serverNames the names it is chosen for by SNI
	 * @return a bundle with the same content, whose context keeps the policy
	 */
	SslBundle serve(String name, String source, SslBundle bundle, TlsPolicy policy, ClientTrust trust,
			Set<String> serverNames) {
		Served served = this.served.computeIfAbsent(name, (added) -> {
			ServerCertificate certificate = ServerCertificate.from(source, bundle, trust, this.engine, this.staples);
			staple(name, certificate);
			return new Served(source, serverNames, trust, bundle,
					new PolicySslContext(policy, this.engine, certificate.context(), this.handshakeThreads),
					certificate);
		});
		return SslBundle.of(bundle.getStores(), bundle.getKey(), policy.asOptions(), bundle.getProtocol(),
				new PolicyManagers(bundle.getManagers(), served.context));
	}

	private record BundleOfServer(ServerTls server, String name) {
	}

	private static final class Served {

		private final String source;

		private final Set<String> serverNames;

		private final ClientTrust trust;

		private final PolicySslContext context;

		private volatile SslBundle bundle;

		private volatile ServerCertificate certificate;

		Served(String source, Set<String> serverNames, ClientTrust trust, SslBundle bundle, PolicySslContext context,
				ServerCertificate certificate) {
			this.source = source;
			this.serverNames = serverNames;
			this.trust = trust;
			this.bundle = bundle;
			this.context = context;
			this.certificate = certificate;
		}

	}

	private record PolicyManagers(SslManagerBundle delegate, PolicySslContext context) implements SslManagerBundle {

		@Override
		public KeyManagerFactory getKeyManagerFactory() {
			return this.delegate.getKeyManagerFactory();
		}

		@Override
		public TrustManagerFactory getTrustManagerFactory() {
			return this.delegate.getTrustManagerFactory();
		}

		@Override
		public SSLContext createSslContext(String protocol) {
			return this.context;
		}

	}

}
