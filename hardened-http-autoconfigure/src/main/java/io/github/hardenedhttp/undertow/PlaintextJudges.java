package io.github.hardenedhttp.undertow;

/**
 * Appoints the judge of each connection.
 */
@FunctionalInterface
public interface PlaintextJudges {

	/**
	 * Called once for each connection, before anything is read from it as plain text.
	 * @param connection the connection
	 * @param http2 whether the handshake has agreed on HTTP/2; if not, the connection
	 * begins with HTTP/1.1
	 * @return its judge
	 */
	PlaintextJudge judge(GuardedConnection connection, boolean http2);

}
