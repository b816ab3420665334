package io.github.hardenedhttp.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hardenedhttp.undertow.ServerRole;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.Ssl.ClientAuth;
import org.springframework.boot.web.server.Ssl.ServerNameSslBundle;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Gives the policy to the HTTPS listener. Runs after all other customizers and works on
 * what they left:
 * <ol>
 * <li>the bundle in {@code server.ssl.bundle}, and those in
 * {@code server.ssl.server-name-bundles};</li>
 * <li>else the key store or PEM files in {@code server.ssl.*}, as a bundle;</li>
 * <li>else the {@link DefaultCertificate};</li>
 * <li>else the start fails.</li>
 * </ol>
 * The trust store in {@code server.ssl.*} goes with each that has none of its own. Boot
 * is handed a copy of its settings that only names bundles: those of the application are
 * shared with the management server. That one need not speak TLS; if it does, it is held
 * to the same policy.
 */
final class UndertowTlsCustomizer implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory>, Ordered {

	private final TlsProperties properties;

	private final @Nullable ServerTls tls;

	private final @Nullable DefaultCertificate defaultCertificate;

	private final Environment environment;

	private final ServerRole role;

	private final String prefix;

	private final String ownBundle;

	UndertowTlsCustomizer(TlsProperties properties, @Nullable ServerTls tls,
			@Nullable DefaultCertificate defaultCertificate, Environment environment, ServerRole role) {
		this.properties = properties;
		this.tls = tls;
		this.defaultCertificate = defaultCertificate;
		this.environment = environment;
		this.role = role;
		this.prefix = role.properties() + "ssl.";
		this.ownBundle = (role == ServerRole.APPLICATION) ? "hardened-http-server" : "hardened-http-management";
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		customize((AbstractConfigurableWebServerFactory) factory);
		if (this.tls != null) {
			HandshakeThreads threads = this.tls.handshakeThreads();
			factory.addBuilderCustomizers((builder) -> builder.setSslEngineDelegatedTaskExecutor(threads));
		}
	}

	private void customize(AbstractConfigurableWebServerFactory factory) {
		Ssl ssl = factory.getSsl();
		if (this.role == ServerRole.MANAGEMENT && !Ssl.isEnabled(ssl)) {
			return;
		}
		if (this.tls == null) {
			if (this.role == ServerRole.APPLICATION && ssl != null && hasCertificate(ssl)) {
				throw new InvalidConfigurationPropertyValueException("hardened.tls.enabled", this.properties.enabled(),
						"But 'server.ssl.*' configures a certificate. Remove those properties, or 'hardened.tls.enabled'.");
			}
			return;
		}
		this.tls.engine().verify(this.tls.policy());
		this.tls.clear();
		customize(factory, this.tls, ssl);
		if (!this.environment.containsProperty("server.http2.enabled")) {
			Http2 http2 = new Http2();
			http2.setEnabled(true);
			factory.setHttp2(http2);
		}
	}

	private void customize(AbstractConfigurableWebServerFactory factory, ServerTls tls, @Nullable Ssl ssl) {
		SslBundles bundles = (factory.getSslBundles() != null) ? factory.getSslBundles()
				: new DefaultSslBundleRegistry();
		Ssl hardened = new Ssl();
		Map<String, SslBundle> served = new HashMap<>();
		ClientTrust trust = clientTrust(ssl);
		if (ssl != null && !ssl.isEnabled()) {
			throw new InvalidConfigurationPropertyValueException("server.ssl.enabled", false,
					"A hardened server speaks TLS. Remove the property, or set 'hardened.tls.enabled' to false.");
		}
		if (ssl != null) {
			hardened.setClientAuth(ssl.getClientAuth());
			hardened.setServerNameBundles(patterns(ssl.getServerNameBundles()));
			for (ServerNameSslBundle byName : ssl.getServerNameBundles()) {
				served.computeIfAbsent(byName.bundle(), (name) -> fromRegistry(tls, ssl, trust, bundles, name));
			}
		}
		if (ssl != null && hasCertificate(ssl)) {
			if (StringUtils.hasText(ssl.getBundle())) {
				hardened.setBundle(ssl.getBundle());
				served.computeIfAbsent(ssl.getBundle(), (name) -> fromRegistry(tls, ssl, trust, bundles, name));
			}
			else {
				hardened.setBundle(this.ownBundle);
				served.put(this.ownBundle, fromServerProperties(tls, ssl, trust));
			}
		}
		else if (this.defaultCertificate != null) {
			hardened.setBundle(this.ownBundle);
			TlsPolicy policy = (ssl != null) ? narrowed(tls, options(ssl), this.prefix) : tls.policy();
			served.put(this.ownBundle, serve(tls, ssl, trust, this.ownBundle, this.defaultCertificate.source(),
					this.defaultCertificate.load(), policy));
		}
		else if (this.role == ServerRole.MANAGEMENT) {
			throw new InvalidConfigurationPropertyValueException(this.prefix + "enabled", true,
					"There is no certificate. Set '%sbundle' to that of an SSL bundle, or remove '%s*'."
						.formatted(this.prefix, this.prefix));
		}
		else {
			throw new NoCertificateException();
		}
		factory.setSsl(hardened);
		factory.setSslBundles(new PolicySslBundles(bundles, served));
	}

	private List<ServerNameSslBundle> patterns(List<ServerNameSslBundle> byName) {
		return IntStream.range(0, byName.size())
			.mapToObj((index) -> new ServerNameSslBundle(ServerNamePattern
				.of(this.prefix + "server-name-bundles[" + index + "].server-name", byName.get(index).serverName()),
					byName.get(index).bundle()))
			.toList();
	}

	private static boolean hasCertificate(Ssl ssl) {
		return Ssl.isEnabled(ssl) && (StringUtils.hasText(ssl.getBundle()) || ssl.getKeyStore() != null
				|| ssl.getCertificate() != null || "PKCS11".equals(ssl.getKeyStoreType()));
	}

	private SslBundle fromRegistry(ServerTls tls, Ssl ssl, ClientTrust trust, SslBundles bundles, String name) {
		SslBundle bundle = bundles.getBundle(name);
		TlsPolicy policy = narrowed(tls, bundle.getOptions(), optionsPrefix(name));
		return serve(tls, ssl, trust, name, "the SSL bundle '" + name + "'", bundle, policy);
	}

	private SslBundle serve(ServerTls tls, @Nullable Ssl ssl, ClientTrust trust, String name, String source,
			SslBundle bundle, TlsPolicy policy) {
		boolean missing;
		try {
			missing = trust.isMissingFor(bundle);
		}
		catch (RuntimeException ex) {
			throw UnusableCertificateException.unreadable(source, ex);
		}
		if (ssl != null && missing) {
			throw new InvalidConfigurationPropertyValueException(this.prefix + "client-auth",
					ssl.getClientAuth().name().toLowerCase(Locale.ROOT), """
							No trust store says whose certificates are meant, and those of any authority Java knows \
							would do. Set '%strust-certificate' to the certificate of yours, or remove the property."""
						.formatted(this.prefix));
		}
		return tls.serve(name, source, bundle, policy, trust, serverNames(ssl, name));
	}

	/**
	 * The certificate can come from anywhere, and Boot would look at the trust store only
	 * where it comes from the same place.
	 */
	private ClientTrust clientTrust(@Nullable Ssl ssl) {
		if (ssl == null) {
			return new ClientTrust(false, null);
		}
		boolean asked = ssl.getClientAuth() == ClientAuth.NEED || ssl.getClientAuth() == ClientAuth.WANT;
		boolean pem = ssl.getTrustCertificate() != null;
		if (!pem && ssl.getTrustStore() == null && !"PKCS11".equals(ssl.getTrustStoreType())) {
			return new ClientTrust(asked, null);
		}
		Ssl trust = new Ssl();
		trust.setTrustCertificate(ssl.getTrustCertificate());
		trust.setTrustCertificatePrivateKey(ssl.getTrustCertificatePrivateKey());
		trust.setTrustStore(ssl.getTrustStore());
		trust.setTrustStorePassword(ssl.getTrustStorePassword());
		trust.setTrustStoreProvider(ssl.getTrustStoreProvider());
		trust.setTrustStoreType(ssl.getTrustStoreType());
		try {
			return new ClientTrust(asked, WebServerSslBundle.get(trust).getStores().getTrustStore());
		}
		catch (RuntimeException ex) {
			throw new InvalidConfigurationPropertyValueException(
					this.prefix + (pem ? "trust-certificate" : "trust-store"),
					pem ? ssl.getTrustCertificate() : ssl.getTrustStore(),
					"%s. Point it to the certificates of the authorities whose clients are let in."
						.formatted(UnusableCertificateException.unreadable("", ex).getProblem()));
		}
	}

	private static Set<String> serverNames(@Nullable Ssl ssl, String bundleName) {
		return (ssl == null) ? Set.of()
				: ssl.getServerNameBundles()
					.stream()
					.filter((byName) -> byName.bundle().equals(bundleName))
					.map(ServerNameSslBundle::serverName)
					.filter(ServerNamePattern::isHostName)
					.map((name) -> name.toLowerCase(Locale.ROOT))
					.collect(Collectors.toUnmodifiableSet());
	}

	private String optionsPrefix(String bundleName) {
		for (String type : List.of("pem", "jks")) {
			String prefix = "spring.ssl.bundle." + type + "." + bundleName + ".options.";
			if (isSet(prefix + "ciphers") || isSet(prefix + "enabled-protocols")) {
				return prefix;
			}
		}
		return "spring.ssl.bundle.*." + bundleName + ".options.";
	}

	private boolean isSet(String key) {
		return this.environment.containsProperty(key) || this.environment.containsProperty(key + "[0]");
	}

	private static SslOptions options(Ssl ssl) {
		return SslOptions.of(ssl.getCiphers(), ssl.getEnabledProtocols());
	}

	private SslBundle fromServerProperties(ServerTls tls, Ssl ssl, ClientTrust trust) {
		TlsPolicy policy = narrowed(tls, options(ssl), this.prefix);
		String source = "'" + this.prefix + "*'";
		SslBundle bundle;
		try {
			bundle = WebServerSslBundle.get(ssl);
		}
		catch (RuntimeException ex) {
			throw UnusableCertificateException.unreadable(source, ex);
		}
		return serve(tls, ssl, trust, this.ownBundle, source, bundle, policy);
	}

	private static TlsPolicy narrowed(ServerTls tls, SslOptions options, String prefix) {
		TlsPolicy policy = tls.policy();
		refuseWeaker(prefix + "enabled-protocols", options.getEnabledProtocols(), policy.protocols(), policy);
		refuseWeaker(prefix + "ciphers", options.getCiphers(), policy.cipherSuites(), policy);
		TlsPolicy narrowed = policy.restrictedTo(options);
		if (!narrowed.isNegotiable()) {
			boolean ciphers = options.getCiphers() != null;
			String[] value = ciphers ? options.getCiphers() : options.getEnabledProtocols();
			throw new InvalidConfigurationPropertyValueException(prefix + (ciphers ? "ciphers" : "enabled-protocols"),
					(value != null) ? String.join(",", value) : null,
					"No client could connect: no cipher suite is left for the protocol versions %s. Remove the property."
						.formatted(narrowed.protocols()));
		}
		String problem = tls.engine().problemWith(narrowed);
		if (problem != null) {
			throw new InvalidConfigurationPropertyValueException(prefix + "ciphers",
					(options.getCiphers() != null) ? String.join(",", options.getCiphers()) : null,
					problem + " Remove the property, or set 'hardened.tls.engine' to 'jdk'.");
		}
		return narrowed;
	}

	private static void refuseWeaker(String key, String @Nullable [] wanted, List<String> allowed, TlsPolicy policy) {
		if (wanted == null) {
			return;
		}
		List<String> weaker = new ArrayList<>(List.of(wanted));
		weaker.removeAll(allowed);
		if (!weaker.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(key, String.join(",", wanted),
					"The TLS profile '%s' does not allow %s. Remove the property, or leave only what the profile allows: %s."
						.formatted(policy.profile().name().toLowerCase(Locale.ROOT), String.join(", ", weaker),
								String.join(", ", allowed)));
		}
	}

}
