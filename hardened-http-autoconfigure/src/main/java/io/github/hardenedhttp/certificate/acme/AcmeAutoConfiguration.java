package io.github.hardenedhttp.certificate.acme;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;

import io.github.hardenedhttp.redirect.ChallengeListener;
import io.github.hardenedhttp.redirect.RedirectAutoConfiguration;
import io.github.hardenedhttp.redirect.RedirectPolicy;
import io.github.hardenedhttp.undertow.Guard;
import io.undertow.Undertow;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.shredzone.acme4j.Session;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Certificates that get and renew themselves, where that is asked for.
 */
@AutoConfiguration(after = { RedirectAutoConfiguration.class, SslAutoConfiguration.class })
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class, Session.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@ConditionalOnProperty("hardened.acme.enabled")
@EnableConfigurationProperties({ AcmeProperties.class, ServerProperties.class })
public final class AcmeAutoConfiguration {

	private static final Log logger = LogFactory.getLog(AcmeAutoConfiguration.class);

	private static final int CHALLENGE_PORT = 80;

	@Bean
	AcmePlan acmePlan(AcmeProperties properties, ObjectProvider<RedirectPolicy> redirect, Environment environment) {
		if (!environment.getProperty("hardened.tls.enabled", Boolean.class, true)) {
			throw new InvalidConfigurationPropertyValueException("hardened.acme.enabled", true,
					"There is no TLS to have certificates for, since 'hardened.tls.enabled' is false. Remove one of the two.");
		}
		RedirectPolicy policy = redirect.getIfAvailable();
		Integer port = (policy != null) ? policy.port() : null;
		if (port == null) {
			throw new InvalidConfigurationPropertyValueException("hardened.acme.enabled", true,
					"The authority asks for a response on port 80, which the redirect listener gives, and that is off. "
							+ ((policy != null) ? "Set 'hardened.redirect.port' to 80."
									: "Set 'hardened.redirect.enabled' to true."));
		}
		AcmePlan plan = properties.toPlan();
		if (port != CHALLENGE_PORT) {
			logger.info("The authority asks on port 80, which must be forwarded to port %d".formatted(port));
		}
		return plan;
	}

	@Bean
	@ConditionalOnMissingBean
	CertificateStore certificateStore(AcmeProperties properties) {
		return properties.toStore();
	}

	@Bean
	OpenChallenges openChallenges() {
		return new OpenChallenges();
	}

	@Bean
	AcmeBundles acmeBundles(AcmePlan plan, CertificateStore store) {
		return new AcmeBundles(plan, store, Clock.systemUTC());
	}

	@Bean
	UndertowAcmeCustomizer undertowAcmeCustomizer(AcmePlan plan) {
		return new UndertowAcmeCustomizer(plan);
	}

	@Bean
	@ConditionalOnMissingBean
	CertificateAuthority certificateAuthority(AcmePlan plan, OpenChallenges challenges, AcmeBundles bundles) {
		return new AcmeAuthority(plan, challenges, bundles::trust, Clock.systemUTC());
	}

	@Bean
	OrderCounts orderCounts() {
		return new OrderCounts();
	}

	@Bean
	MaintainedCertificates maintainedCertificates(AcmePlan plan, CertificateStore store, CertificateAuthority authority,
			AcmeBundles bundles, OrderCounts counts) {
		Clock clock = Clock.systemUTC();
		RenewalPolicy policy = new RenewalPolicy(plan.renewAtRemaining(), plan.retryInterval());
		CertificateIssuance issuance = new CertificateIssuance(plan, store, authority, bundles, policy, clock);
		return new MaintainedCertificates(plan.certificates()
			.stream()
			.map((wanted) -> new MaintainedCertificate(wanted, bundles, issuance, authority, policy, counts, clock,
					System::nanoTime, () -> ThreadLocalRandom.current().nextDouble()))
			.toList());
	}

	/**
	 * Stands behind {@link #acmeBundles}, and so registers after it.
	 */
	@Bean
	FirstCertificates firstCertificates(AcmePlan plan, MaintainedCertificates certificates, OpenChallenges challenges,
			RedirectPolicy redirect, ObjectProvider<Guard> guard, ServerProperties serverProperties) {
		return new FirstCertificates(certificates, plan.waitLimit(),
				() -> ChallengeListener.open(guard.getObject(), serverProperties.getAddress(), redirect, challenges));
	}

	@Bean
	CertificateMaintainer certificateMaintainer(MaintainedCertificates certificates) {
		return new CertificateMaintainer(certificates);
	}

}
