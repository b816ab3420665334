package io.github.hardenedhttp.certificate.acme;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.Ssl.ServerNameSslBundle;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.util.StringUtils;

/**
 * Has the server serve the ordered certificates, each for its domains, and the first one
 * to clients that name none. A certificate in {@code server.ssl.*} stays what it is, and
 * then nothing is changed here: the bundles can be named there. Runs before the TLS
 * policy, which works on what it finds.
 */
final class UndertowAcmeCustomizer
		implements WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory>, Ordered {

	private final AcmePlan plan;

	UndertowAcmeCustomizer(AcmePlan plan) {
		this.plan = plan;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

	@Override
	public void customize(ConfigurableUndertowWebServerFactory factory) {
		Ssl configured = ((AbstractConfigurableWebServerFactory) factory).getSsl();
		if (configured == null || configured.isEnabled() && !hasCertificate(configured)) {
			factory.setSsl(served(configured));
		}
	}

	private static boolean hasCertificate(Ssl ssl) {
		return StringUtils.hasText(ssl.getBundle()) || ssl.getKeyStore() != null || ssl.getCertificate() != null
				|| "PKCS11".equals(ssl.getKeyStoreType());
	}

	private Ssl served(@Nullable Ssl configured) {
		List<WantedCertificate> certificates = this.plan.certificates();
		List<ServerNameSslBundle> byName = new ArrayList<>();
		for (WantedCertificate certificate : certificates.subList(1, certificates.size())) {
			certificate.domains().forEach((domain) -> byName.add(new ServerNameSslBundle(domain, certificate.name())));
		}
		Ssl ssl = new Ssl();
		if (configured != null) {
			ssl.setClientAuth(configured.getClientAuth());
			ssl.setCiphers(configured.getCiphers());
			ssl.setEnabledProtocols(configured.getEnabledProtocols());
			ssl.setTrustCertificate(configured.getTrustCertificate());
			ssl.setTrustCertificatePrivateKey(configured.getTrustCertificatePrivateKey());
			ssl.setTrustStore(configured.getTrustStore());
			ssl.setTrustStorePassword(configured.getTrustStorePassword());
			ssl.setTrustStoreProvider(configured.getTrustStoreProvider());
			ssl.setTrustStoreType(configured.getTrustStoreType());
			byName.addAll(configured.getServerNameBundles());
		}
		ssl.setBundle(certificates.get(0).name());
		ssl.setServerNameBundles(byName);
		return ssl;
	}

}
