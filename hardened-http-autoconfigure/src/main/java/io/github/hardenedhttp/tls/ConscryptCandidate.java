package io.github.hardenedhttp.tls;

/**
 * There where Conscrypt is on the class path; whether it works is not known yet.
 */
final class ConscryptCandidate {

	TlsEngine load() throws UnusableTlsEngineException {
		return ConscryptTlsEngine.load();
	}

}
