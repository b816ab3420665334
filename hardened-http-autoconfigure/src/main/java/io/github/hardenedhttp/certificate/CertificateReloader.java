package io.github.hardenedhttp.certificate;

import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;

import io.github.hardenedhttp.tls.ServerTls;
import io.github.hardenedhttp.tls.UnusableCertificateException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Serves the new content of a bundle when Boot tells that it has changed: files behind
 * {@code reload-on-update}, or anybody who calls {@code SslBundleRegistry#updateBundle}.
 * Boot itself does that for Tomcat and Netty only.
 * <p>
 * What changes before Boot can tell, while a server is being made, is found when that has
 * started. Content that cannot be served is refused and logged, and the old certificate
 * stays. Updates arrive on the thread of whoever changed the bundle, with Boot its file
 * watcher.
 */
final class CertificateReloader implements ApplicationListener<WebServerInitializedEvent> {

	private static final Log logger = LogFactory.getLog(CertificateReloader.class);

	private final ServerTls tls;

	private final SslBundles bundles;

	private final ApplicationContext context;

	private final ObjectProvider<CertificateFindingsLog> findings;

	private final Set<String> watched = new HashSet<>();

	CertificateReloader(ServerTls tls, SslBundles bundles, ApplicationContext context,
			ObjectProvider<CertificateFindingsLog> findings) {
		this.tls = tls;
		this.bundles = bundles;
		this.context = context;
		this.findings = findings;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		if (event.getApplicationContext() != this.context) {
			// That of a child, which has its own.
			return;
		}
		Set<String> registered = new HashSet<>(this.bundles.getBundleNames());
		registered.retainAll(this.tls.bundleNames());
		for (String name : registered) {
			if (this.watched.add(name)) {
				this.bundles.addBundleUpdateHandler(name, (bundle) -> replace(name));
				if (!this.tls.hasSeen(name, this.bundles.getBundle(name))) {
					// Changed since the server was made.
					replace(name);
				}
			}
		}
	}

	/**
	 * What the bundle is by now, whoever comes first.
	 */
	private synchronized void replace(String name) {
		try {
			for (X509Certificate certificate : this.tls.replace(name, this.bundles.getBundle(name))) {
				logger.info("The certificate of the SSL bundle '%s' is replaced: serial number %s, valid until %s"
					.formatted(name, certificate.getSerialNumber().toString(16),
							certificate.getNotAfter().toInstant()));
			}
			this.findings.ifAvailable(CertificateFindingsLog::write);
		}
		catch (UnusableCertificateException ex) {
			logger.error("The new certificate of the SSL bundle '%s' cannot be served, the old one still is: %s"
				.formatted(name, ex.getProblem()));
			logger.debug("Why the new certificate cannot be served", ex);
		}
	}

}
