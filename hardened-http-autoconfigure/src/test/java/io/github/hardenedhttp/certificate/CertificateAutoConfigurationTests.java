package io.github.hardenedhttp.certificate;

import java.util.Map;

import io.github.hardenedhttp.tls.DefaultCertificate;
import io.github.hardenedhttp.tls.TlsAutoConfiguration;
import io.github.hardenedhttp.undertow.Percentage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class CertificateAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CertificateAutoConfiguration.class, TlsAutoConfiguration.class,
				SslAutoConfiguration.class));

	@Test
	void defaults() {
		assertThat(bind(Map.of()))
			.isEqualTo(new CertificateProperties(false, Percentage.of("33%"), Percentage.of("10%")));
	}

	@Test
	void everyKeyIsMapped() {
		assertThat(bind(Map.of("hardened.certificate.self-signed", "true", "hardened.certificate.warn-at-remaining",
				"50%", "hardened.certificate.fail-at-remaining", "20%")))
			.isEqualTo(new CertificateProperties(true, Percentage.of("50%"), Percentage.of("20%")));
	}

	@Test
	void certificatesAreReloadedAndNoneIsMadeUnasked() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(CertificateReloader.class)
			.doesNotHaveBean(DefaultCertificate.class));
	}

	@Test
	void aCertificateIsMadeWhereItIsAskedFor() {
		this.runner.withPropertyValues("hardened.certificate.self-signed=true")
			.run((context) -> assertThat(context).hasSingleBean(SelfSignedCertificate.class));
		this.runner.withPropertyValues("hardened.certificate.self-signed=false")
			.run((context) -> assertThat(context).doesNotHaveBean(DefaultCertificate.class));
	}

	@Test
	void aDefaultCertificateOfTheUsersIsTaken() {
		this.runner.withPropertyValues("hardened.certificate.self-signed=true")
			.withUserConfiguration(Own.class)
			.run((context) -> assertThat(context).hasSingleBean(DefaultCertificate.class)
				.doesNotHaveBean(SelfSignedCertificate.class));
	}

	@Test
	void withoutBouncyCastleTheStartSaysWhatToAdd() {
		this.runner.withPropertyValues("hardened.certificate.self-signed=true")
			.withClassLoader(new FilteredClassLoader(X509v3CertificateBuilder.class))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("add 'org.bouncycastle:bcpkix-jdk18on'"));
	}

	@Test
	void nothingIsThereWithoutTlsOrHardening() {
		this.runner.withPropertyValues("hardened.tls.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CertificateReloader.class));
		this.runner.withPropertyValues("hardened.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CertificateReloader.class));
	}

	private static CertificateProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("hardened.certificate",
				CertificateProperties.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		DefaultCertificate ownCertificate() {
			return new DefaultCertificate() {

				@Override
				public String source() {
					return "a test";
				}

				@Override
				public SslBundle load() {
					throw new IllegalStateException();
				}

			};
		}

	}

}
