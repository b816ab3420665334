package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.security.KeyPair;

/**
 * An order whose certificate the authority is asked to issue. With its address and its
 * key the certificate can be had later, whoever has asked for it.
 *
 * @param location the address of the order at the authority (RFC 8555, section 7.4)
 * @param key the key of the certificate, EC or RSA
 * @since 0.1.0
 */
public record StartedOrder(URI location, KeyPair key) {

	@Override
	public String toString() {
		return "StartedOrder[%s]".formatted(this.location);
	}

}
