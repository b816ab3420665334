package io.github.hardenedhttp.tls.ocsp;

import java.time.Instant;

import org.bouncycastle.cert.ocsp.OCSPResp;

/**
 * What an authority says of a certificate: that it is good.
 *
 * @param response the answer as it is stapled
 * @param thisUpdate when the authority has said so
 * @param validUntil from when on it is worth nothing
 */
record OcspAnswer(OCSPResp response, Instant thisUpdate, Instant validUntil) {

	boolean isValidAt(Instant now) {
		return now.isBefore(this.validUntil);
	}

}
