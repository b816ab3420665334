package io.github.hardenedhttp.hsts;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationUnit;

/**
 * Properties of the Strict-Transport-Security header.
 *
 * @param enabled Whether responses over TLS carry the Strict-Transport-Security header,
 * which stops attackers from stripping the TLS off a later visit.
 * @param maxAge Time for which a browser insists on HTTPS after a visit. A number without
 * a unit is in seconds, as in the header. Zero makes browsers forget the promise.
 * @param includeSubDomains Whether every sub-domain of the host must be reached over
 * HTTPS too.
 * @param preload Whether the host may be put on the list that browsers ship with, which
 * is hard to leave. Needs include-sub-domains and a max-age of at least 365 days.
 */
@ConfigurationProperties("hardened.hsts")
record HstsProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("730d") @DurationUnit(ChronoUnit.SECONDS) Duration maxAge,
		@DefaultValue("false") boolean includeSubDomains, @DefaultValue("false") boolean preload) {

	private static final Duration PRELOAD_MIN_MAX_AGE = Duration.ofDays(365);

	HstsPolicy toPolicy() {
		if (this.maxAge.isNegative() || this.maxAge.getNano() != 0) {
			throw new InvalidConfigurationPropertyValueException("hardened.hsts.max-age", this.maxAge,
					"Must be whole seconds, and not negative. To make browsers forget the promise, set it to 0s.");
		}
		if (this.preload && (!this.includeSubDomains || this.maxAge.compareTo(PRELOAD_MIN_MAX_AGE) < 0)) {
			throw new InvalidConfigurationPropertyValueException("hardened.hsts.preload", true,
					"Browsers' lists take only hosts that promise a year or more, sub-domains included. "
							+ "Set 'hardened.hsts.max-age' to at least 365d and 'hardened.hsts.include-sub-domains' "
							+ "to true, or 'hardened.hsts.preload' to false.");
		}
		return new HstsPolicy(this.maxAge, this.includeSubDomains, this.preload);
	}

}
