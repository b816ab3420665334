package io.github.hardenedhttp.checks;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is checked at start beside the configuration.
 *
 * @param undertowVersion What follows when Undertow or XNIO has vulnerabilities that are
 * known and fixed in a later version: a warning ('warn'), a failure of the start
 * ('fail'), or nothing ('off').
 * @param failOn Which verdict of the hardening report stops the start: 'fail', 'warn' for
 * warnings too, or 'never'.
 * @param selfTest Whether the server connects to its own ports after the start, on this
 * machine, to see what it really negotiates.
 */
@ConfigurationProperties("hardened.checks")
public record ChecksProperties(@DefaultValue("warn") VersionGate undertowVersion, @DefaultValue("never") FailOn failOn,
		@DefaultValue("true") boolean selfTest) {

}
