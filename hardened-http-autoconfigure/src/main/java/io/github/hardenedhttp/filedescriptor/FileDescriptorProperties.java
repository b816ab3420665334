package io.github.hardenedhttp.filedescriptor;

import io.github.hardenedhttp.undertow.Percentage;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * From when on file descriptors are short.
 *
 * @param warnAt Percentage of the file descriptor limit from which on descriptors are
 * saved, whoever opened them.
 * @param failAt Percentage of the file descriptor limit from which on the health is DOWN,
 * so that a balancer sends new clients elsewhere.
 */
@ConfigurationProperties("hardened.filedescriptor")
public record FileDescriptorProperties(@DefaultValue("80%") Percentage warnAt, @DefaultValue("95%") Percentage failAt) {

	private static final String PREFIX = "hardened.filedescriptor.";

	/**
	 * Turns the properties into thresholds that make sense.
	 * @return the thresholds
	 * @throws InvalidConfigurationPropertyValueException if they cannot work
	 */
	FileDescriptorThresholds toThresholds() {
		double warnAt = fraction("warn-at", this.warnAt);
		double failAt = fraction("fail-at", this.failAt);
		if (warnAt >= failAt) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "warn-at", this.warnAt,
					"The warning must come before the failure. Set it below '%sfail-at', which is %s.".formatted(PREFIX,
							this.failAt));
		}
		return new FileDescriptorThresholds(warnAt, failAt);
	}

	private static double fraction(String key, Percentage value) {
		double fraction = value.fraction();
		if (fraction <= 0 || fraction > 1) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + key, value,
					"It is a part of the file descriptor limit. Set it above 0% and to 100% at most.");
		}
		return fraction;
	}

}
