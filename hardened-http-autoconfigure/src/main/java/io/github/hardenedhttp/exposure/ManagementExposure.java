package io.github.hardenedhttp.exposure;

/**
 * Where actuator endpoints other than health may answer.
 */
public enum ManagementExposure {

	/**
	 * On a port of their own only. The start fails when they would answer on the public
	 * one.
	 */
	SEPARATE,

	/**
	 * On the public port too.
	 */
	ALLOW

}
