package io.github.hardenedhttp.hsts;

import java.time.Duration;

/**
 * What a site promises its visitors about HTTPS (RFC 6797).
 *
 * @param maxAge how long the promise holds from the last visit on; zero takes it back
 * @param includeSubDomains whether the promise is made for every sub-domain too
 * @param preload whether browsers may ship the promise with their own list
 */
record HstsPolicy(Duration maxAge, boolean includeSubDomains, boolean preload) {

	String headerValue() {
		StringBuilder value = new StringBuilder("max-age=").append(this.maxAge.toSeconds());
		if (this.includeSubDomains) {
			value.append("; includeSubDomains");
		}
		if (this.preload) {
			value.append("; preload");
		}
		return value.toString();
	}

}
