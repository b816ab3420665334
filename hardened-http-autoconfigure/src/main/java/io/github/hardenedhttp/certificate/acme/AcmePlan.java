package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What {@code hardened.acme.*} asks for, checked.
 *
 * @param directory the address of the authority's directory
 * @param certificates what is to be there; the first one is served to clients that name
 * no domain
 * @param contacts the addresses of people the authority may write to
 * @param renewAtRemaining the part of a certificate's lifetime that is left when it is
 * renewed
 * @param retryInterval how long to wait after the first failure
 * @param sslBundle the bundle with the trust in the authority's own HTTPS, or
 * {@code null} for that of Java
 * @param waitLimit how long the start waits for certificates that are missing, or
 * {@code null} if it does not
 */
record AcmePlan(URI directory, List<WantedCertificate> certificates, List<URI> contacts, double renewAtRemaining,
		Duration retryInterval, @Nullable String sslBundle, @Nullable Duration waitLimit) {

	private static final int MAX_ENTRY_LENGTH = 100;

	private static final String USUAL_PATH = "/directory";

	AcmePlan {
		certificates = List.copyOf(certificates);
		contacts = List.copyOf(contacts);
	}

	/**
	 * The name a certificate is stored under. The authority is a part of it, and so is
	 * its directory, where it may have several: that of a staging authority must never be
	 * taken for the real one.
	 * @param wanted the certificate
	 * @return a name {@link CertificateStore} takes
	 */
	String entry(WantedCertificate wanted) {
		String host = this.directory.getHost().replaceAll("[^A-Za-z0-9.-]", "") + portSuffix();
		String readable = (wanted.name() + "_" + host).toLowerCase(Locale.ROOT);
		String suffix = directorySuffix();
		return readable.substring(0, Math.min(readable.length(), MAX_ENTRY_LENGTH - suffix.length())) + suffix;
	}

	private String portSuffix() {
		return (this.directory.getPort() >= 0) ? "-" + this.directory.getPort() : "";
	}

	/**
	 * None for the path of most authorities that have one directory, Let's Encrypt's for
	 * one.
	 */
	private String directorySuffix() {
		String query = this.directory.getRawQuery();
		String path = this.directory.getRawPath() + ((query != null) ? "?" + query : "");
		return path.equals(USUAL_PATH) ? "" : "_" + Sha256.start(path, 4);
	}

}
