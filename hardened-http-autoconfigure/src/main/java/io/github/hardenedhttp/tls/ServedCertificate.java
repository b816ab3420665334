package io.github.hardenedhttp.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * A certificate as the next handshake will see it.
 *
 * @param bundle the name of the bundle it is in
 * @param serverNames the names it is chosen for by SNI, as they are configured; none for
 * that of all other names
 * @param chain the server's certificate, then those that issued it, as they are sent
 */
public record ServedCertificate(String bundle, Set<String> serverNames, List<X509Certificate> chain) {

	/**
	 * The server's own certificate.
	 * @return the first of the chain
	 */
	public X509Certificate own() {
		return this.chain.get(0);
	}

}
