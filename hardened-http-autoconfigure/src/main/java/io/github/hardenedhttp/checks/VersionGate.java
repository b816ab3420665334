package io.github.hardenedhttp.checks;

/**
 * What follows from a version with known vulnerabilities.
 */
public enum VersionGate {

	/**
	 * A warning at each start.
	 */
	WARN,

	/**
	 * The start fails.
	 */
	FAIL,

	/**
	 * Nothing.
	 */
	OFF

}
