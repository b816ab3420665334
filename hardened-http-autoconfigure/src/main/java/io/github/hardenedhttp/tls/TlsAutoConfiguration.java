package io.github.hardenedhttp.tls;

import java.time.Clock;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.tls.ocsp.OcspStaples;
import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.ServerRole;
import io.undertow.Undertow;
import org.conscrypt.Conscrypt;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Gives the TLS policy to the server.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TlsProperties.class)
public final class TlsAutoConfiguration {

	@Bean
	@ConditionalOnProperty(name = "hardened.tls.enabled", matchIfMissing = true)
	ServerTls serverTls(TlsProperties properties, TlsEngine engine, HandshakeThreads handshakeThreads,
			ObjectProvider<OcspStaples> staples) {
		return new ServerTls(properties.toPolicy(engine), engine, handshakeThreads,
				engine.staples() ? staples.getIfAvailable() : null, Clock.systemUTC());
	}

	/**
	 * One for all servers of an application.
	 */
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "hardened.tls.enabled", matchIfMissing = true)
	TlsEngine tlsEngine(TlsProperties properties, ObjectProvider<ConscryptCandidate> conscrypt) {
		return properties.toEngine(conscrypt.getIfAvailable());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "hardened.tls.enabled", matchIfMissing = true)
	ConnectionDescriptors connectionDescriptors(TlsEngine engine) {
		return new ConnectionDescriptors(1 + engine.descriptors());
	}

	@Bean(destroyMethod = "shutdown")
	@ConditionalOnProperty(name = "hardened.tls.enabled", matchIfMissing = true)
	HandshakeThreads handshakeThreads(TlsProperties properties) {
		return properties.toHandshakeThreads();
	}

	@Bean
	@ConditionalOnProperty(name = "hardened.tls.enabled", matchIfMissing = true)
	RequestHandler anonymousClientRequestHandler(ObjectProvider<Guard> guard) {
		// For WebFlux a handler is made at each request.
		Supplier<Guard> one = SingletonSupplier.of(guard::getObject);
		return new RequestHandler(HandlerOrder.TLS_SESSION, (next) -> new AnonymousClientHandler(one.get(), next));
	}

	@Bean
	HardeningChecks tlsHardeningChecks(TlsProperties properties, ObjectProvider<ServerTls> tls,
			ObjectProvider<PostQuantumShare> postQuantum) {
		return new TlsChecks(tls.getIfAvailable(), properties.namedGroups() != null, () -> {
			PostQuantumShare share = postQuantum.getIfAvailable();
			return (share != null) ? share.ofHandshakes() : OptionalDouble.empty();
		});
	}

	@Bean
	UndertowTlsCustomizer undertowTlsCustomizer(TlsProperties properties, ObjectProvider<ServerTls> tls,
			ObjectProvider<DefaultCertificate> defaultCertificate, Environment environment,
			ApplicationContext context) {
		return new UndertowTlsCustomizer(properties, tls.getIfAvailable(), defaultCertificate.getIfAvailable(),
				environment, ServerRole.of(context));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Conscrypt.class)
	@ConditionalOnProperty(name = "hardened.tls.enabled", matchIfMissing = true)
	static class WithConscrypt {

		@Bean
		ConscryptCandidate conscryptCandidate() {
			return new ConscryptCandidate();
		}

	}

	/**
	 * Only looked for: its jars are signed, and the first class that is loaded from one
	 * takes a quarter of a second.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnResource(resources = "classpath:org/bouncycastle/cert/ocsp/OCSPResp.class")
	@ConditionalOnProperty(name = { "hardened.tls.enabled", OcspStaples.PROPERTY }, matchIfMissing = true)
	static class WithBouncyCastle {

		/**
		 * One for all servers of an application.
		 */
		@Bean(destroyMethod = "close")
		@ConditionalOnMissingBean
		OcspStaples ocspStaples() {
			return new OcspStaples(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextDouble());
		}

	}

}
