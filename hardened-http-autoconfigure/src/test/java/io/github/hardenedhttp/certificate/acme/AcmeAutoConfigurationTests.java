package io.github.hardenedhttp.certificate.acme;

import java.nio.file.Path;
import java.util.List;

import io.github.hardenedhttp.certificate.CertificateAutoConfiguration;
import io.github.hardenedhttp.redirect.RedirectAutoConfiguration;
import io.github.hardenedhttp.tls.TlsAutoConfiguration;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.shredzone.acme4j.Session;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.Ssl.ServerNameSslBundle;

import static org.assertj.core.api.Assertions.assertThat;

class AcmeAutoConfigurationTests {

	@TempDir
	private Path directory;

	private WebApplicationContextRunner runner;

	@BeforeEach
	void configure() {
		// Nobody listens on port 1, and nothing is started here that would ask.
		this.runner = new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AcmeAutoConfiguration.class, AcmeLibraryAutoConfiguration.class,
					AcmeMetricsAutoConfiguration.class, CertificateAutoConfiguration.class,
					RedirectAutoConfiguration.class, TlsAutoConfiguration.class, UndertowAutoConfiguration.class,
					SslAutoConfiguration.class))
			.withPropertyValues("hardened.acme.enabled=true", "hardened.acme.directory-url=https://127.0.0.1:1/dir",
					"hardened.acme.domains=one.example,www.one.example", "hardened.acme.certificates[0].name=two",
					"hardened.acme.certificates[0].domains=two.example,www.two.example",
					"hardened.acme.accept-terms-of-service=true", "hardened.acme.storage=" + this.directory,
					"hardened.redirect.port=0");
	}

	@Test
	void everyCertificateIsABundle() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(FileCertificateStore.class);
			assertThat(context.getBean(SslBundles.class).getBundleNames()).containsExactlyInAnyOrder("acme", "two");
		});
	}

	@Test
	void theServerServesThemByName() {
		this.runner.run((context) -> {
			UndertowServletWebServerFactory factory = new UndertowServletWebServerFactory();
			context.getBean(UndertowAcmeCustomizer.class).customize(factory);
			assertThat(factory.getSsl().getBundle()).isEqualTo("acme");
			assertThat(factory.getSsl().getServerNameBundles()).containsExactly(
					new ServerNameSslBundle("two.example", "two"), new ServerNameSslBundle("www.two.example", "two"));
		});
	}

	@Test
	void aCertificateThatIsConfiguredStays() {
		this.runner.run((context) -> {
			UndertowServletWebServerFactory factory = new UndertowServletWebServerFactory();
			Ssl own = Ssl.forBundle("own");
			factory.setSsl(own);
			context.getBean(UndertowAcmeCustomizer.class).customize(factory);
			assertThat(factory.getSsl()).isSameAs(own);
		});
	}

	@Test
	void aStoreOfTheUsersIsTaken() {
		CertificateStore store = FileCertificateStore.open(this.directory);
		this.runner.withPropertyValues("hardened.acme.storage=")
			.withBean("own", CertificateStore.class, () -> store)
			.run((context) -> assertThat(context).hasNotFailed().getBean(CertificateStore.class).isSameAs(store));
	}

	@Test
	void nothingIsThereUnlessItIsAskedFor() {
		for (String off : List.of("hardened.acme.enabled=false", "hardened.enabled=false")) {
			this.runner.withPropertyValues(off)
				.run((context) -> assertThat(context).hasNotFailed()
					.doesNotHaveBean(CertificateStore.class)
					.doesNotHaveBean(CertificateMaintainer.class));
		}
	}

	@Test
	void withoutTheLibraryTheStartSaysWhatToAdd() {
		this.runner.withClassLoader(new FilteredClassLoader(Session.class))
			.run((context) -> assertRefused(context, "hardened.acme.enabled",
					"It needs acme4j: replace 'io.github.hardenedhttp:hardened-http-spring-boot-starter' by "
							+ "'io.github.hardenedhttp:hardened-http-acme-spring-boot-starter', which brings it."));
		this.runner.withClassLoader(new FilteredClassLoader(Session.class))
			.withPropertyValues("hardened.acme.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void withoutTheRedirectListenerTheStartFails() {
		String why = "The authority asks for a response on port 80, which the redirect listener gives, and that is off. ";
		this.runner.withPropertyValues("hardened.redirect.port=")
			.run((context) -> assertRefused(context, "hardened.acme.enabled",
					why + "Set 'hardened.redirect.port' to 80."));
		this.runner.withPropertyValues("hardened.redirect.enabled=false")
			.run((context) -> assertRefused(context, "hardened.acme.enabled",
					why + "Set 'hardened.redirect.enabled' to true."));
	}

	@Test
	void withoutTlsTheStartFails() {
		this.runner.withPropertyValues("hardened.tls.enabled=false", "hardened.redirect.port=")
			.run((context) -> assertRefused(context, "hardened.acme.enabled",
					"There is no TLS to have certificates for, since 'hardened.tls.enabled' is false. Remove one of the two."));
	}

	@Test
	void withoutTheBundleToTrustTheStartFails() {
		this.runner.withPropertyValues("hardened.acme.ssl-bundle=ca")
			.run((context) -> assertRefused(context, "hardened.acme.ssl-bundle",
					"There is no such SSL bundle. Define it with 'spring.ssl.bundle.pem.ca.truststore.certificate'."));
	}

	@Test
	void aBundleOfTheSameNameStopsTheStart() {
		this.runner
			.withPropertyValues(
					"spring.ssl.bundle.pem.two.truststore.certificate=" + getClass().getSimpleName() + ".pem")
			.run((context) -> assertRefused(context, "hardened.acme.certificates",
					"There is another SSL bundle 'two' ('spring.ssl.bundle.*'). Give one of them another name."));
	}

	@Test
	void ordersAndRenewalsAreMetered() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			context.getBean(AcmeMetrics.class).bindTo(registry);
			context.getBean(OrderCounts.class).add(OrderResult.RATE_LIMITED);
			assertThat(registry.get("hardened.acme.orders").tag("result", "rate-limited").functionCounter().count())
				.isOne();
			assertThat(registry.get("hardened.acme.orders").functionCounters()).hasSize(OrderResult.values().length);
			assertThat(registry.get("hardened.acme.renewal").tag("certificate", "two").gauge().value()).isZero();
		});
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(AcmeMetrics.class));
	}

	private static void assertRefused(AssertableWebApplicationContext context, String key, String reason) {
		assertThat(context).hasFailed();
		Throwable cause = context.getStartupFailure();
		while (!(cause instanceof InvalidConfigurationPropertyValueException) && cause.getCause() != null) {
			cause = cause.getCause();
		}
		assertThat(cause).isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
			assertThat(ex.getName()).isEqualTo(key);
			assertThat(ex.getReason()).isEqualTo(reason);
		});
	}

}
