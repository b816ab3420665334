package io.github.hardenedhttp.certificate;

import io.github.hardenedhttp.undertow.Percentage;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What can be set about certificates, beside where Spring Boot takes them from.
 *
 * @param selfSigned Whether to make a certificate for localhost at start, for
 * development. A certificate configured with 'server.ssl' takes precedence.
 * @param warnAtRemaining Part of a certificate's lifetime with which the health 'ssl'
 * begins to warn.
 * @param failAtRemaining Part of a certificate's lifetime with which the health 'ssl' is
 * OUT_OF_SERVICE. With 0% it is when the certificate has expired.
 */
@ConfigurationProperties("hardened.certificate")
public record CertificateProperties(@DefaultValue("false") boolean selfSigned,
		@DefaultValue("33%") Percentage warnAtRemaining, @DefaultValue("10%") Percentage failAtRemaining) {

	private static final String PREFIX = "hardened.certificate.";

	/**
	 * Turns the properties into thresholds that make sense.
	 * @return the thresholds
	 * @throws InvalidConfigurationPropertyValueException if they cannot work
	 */
	ExpiryThresholds toThresholds() {
		double warnAt = fraction("warn-at-remaining", this.warnAtRemaining);
		double failAt = fraction("fail-at-remaining", this.failAtRemaining);
		if (warnAt <= failAt) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "warn-at-remaining", this.warnAtRemaining,
					"The warning must come before the failure. Set it above '%sfail-at-remaining', which is %s."
						.formatted(PREFIX, this.failAtRemaining));
		}
		return new ExpiryThresholds(warnAt, failAt);
	}

	private static double fraction(String key, Percentage value) {
		double fraction = value.fraction();
		if (fraction < 0 || fraction > 1) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + key, value,
					"It is a part of the lifetime of a certificate. Set it from 0% to 100%.");
		}
		return fraction;
	}

}
