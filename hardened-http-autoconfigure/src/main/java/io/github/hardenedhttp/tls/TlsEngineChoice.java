package io.github.hardenedhttp.tls;

/**
 * Which implementation of TLS is asked for.
 */
public enum TlsEngineChoice {

	/**
	 * Conscrypt where it is on the class path and works, else the JDK's.
	 */
	AUTO,

	/**
	 * JSSE of the JDK.
	 */
	JDK,

	/**
	 * Conscrypt, or no start.
	 */
	CONSCRYPT

}
