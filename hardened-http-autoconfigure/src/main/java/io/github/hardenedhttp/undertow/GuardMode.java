package io.github.hardenedhttp.undertow;

/**
 * Whether what is decided about connections and requests is done.
 */
public enum GuardMode {

	/**
	 * What has to end is ended.
	 */
	ENFORCE,

	/**
	 * What would have been ended or refused is counted and logged, and lives.
	 */
	OBSERVE

}
