package io.github.hardenedhttp.certificate;

import java.time.Clock;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.redirect.AllowedHosts;
import io.github.hardenedhttp.tls.DefaultCertificate;
import io.github.hardenedhttp.tls.ServerTls;
import io.github.hardenedhttp.tls.TlsAutoConfiguration;
import io.github.hardenedhttp.undertow.RequestRule;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

/**
 * Certificates for development, and the replacement of certificates at run time.
 */
@AutoConfiguration(after = { TlsAutoConfiguration.class, SslAutoConfiguration.class })
@ConditionalOnBean(ServerTls.class)
@EnableConfigurationProperties(CertificateProperties.class)
public final class CertificateAutoConfiguration {

	static final String BOUNCY_CASTLE = "org.bouncycastle.cert.X509v3CertificateBuilder";

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty("hardened.certificate.self-signed")
	DefaultCertificate selfSignedCertificate(ApplicationContext context) {
		if (!ClassUtils.isPresent(BOUNCY_CASTLE, context.getClassLoader())) {
			throw new InvalidConfigurationPropertyValueException("hardened.certificate.self-signed", true,
					"It needs Bouncy Castle: add 'org.bouncycastle:bcpkix-jdk18on', or the starter, which brings it.");
		}
		return new SelfSignedCertificate(Clock.systemUTC());
	}

	@Bean
	@ConditionalOnMissingBean
	AllowedHosts certificateHosts(ServerTls tls) {
		return new CertificateHosts(tls);
	}

	@Bean
	CertificateGuideline certificateGuideline(ServerTls tls) {
		return new CertificateGuideline(tls.policy().profile(), new KnownRoots());
	}

	@Bean
	HardeningChecks certificateHardeningChecks(ServerTls tls, CertificateGuideline guideline,
			CertificateProperties properties) {
		return new CertificateChecks(tls::served, guideline, properties.toThresholds(), Clock.systemUTC());
	}

	@Bean
	@ConditionalOnProperty(name = "hardened.tls.sni-host-check", matchIfMissing = true)
	RequestRule certificateHostRule() {
		return new CertificateHostRule();
	}

	@Bean
	CertificateReloader certificateReloader(ServerTls tls, SslBundles bundles, ApplicationContext context,
			ObjectProvider<CertificateFindingsLog> findings) {
		return new CertificateReloader(tls, bundles, context, findings);
	}

}
