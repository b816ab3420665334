package io.github.hardenedhttp.checks;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is checked at start beside the configuration.
 *
 * @param undertowVersion What follows when Undertow or XNIO has vulnerabilities that are
 * known and fixed in a later version: a warning ('warn'), a failure of the start
 * ('fail'), or nothing ('off').
 */
@ConfigurationProperties("hardened.checks")
record ChecksProperties(@DefaultValue("warn") VersionGate undertowVersion) {

}
