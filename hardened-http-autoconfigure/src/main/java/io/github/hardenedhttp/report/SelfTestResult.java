package io.github.hardenedhttp.report;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the server has shown to itself. Nothing in it is secret: a stranger sees the same.
 *
 * @param at when it began
 * @param millis how long it took
 * @param tls what the application's port negotiates, or {@code null} if it speaks no TLS
 * @param redirect what the redirect's port answers, or {@code null} if there is none
 * @param problems what could not be seen, in words
 */
record SelfTestResult(String at, long millis, @Nullable Tls tls, @Nullable Redirect redirect, List<String> problems) {

	/**
	 * What a TLS port negotiates.
	 *
	 * @param accepted the versions it accepts
	 * @param refused the versions it refuses
	 * @param suites the cipher suites of each accepted version, in the order in which it
	 * chooses them
	 * @param groups the key-exchange groups, in the same order
	 * @param protocol what it has agreed on with the TLS of this Java
	 * @param suite the cipher suite of that
	 * @param chain the certificates, the server's own first
	 * @param serverNames what clients are shown that ask for one of the names there is a
	 * certificate for, besides that of all others
	 * @param alpn the choice between h2 and http/1.1, or {@code null} for none
	 * @param strictTransportSecurity the header of an answer, or {@code null} for none
	 */
	record Tls(List<String> accepted, List<String> refused, Map<String, List<String>> suites, List<String> groups,
			@Nullable String protocol, @Nullable String suite, List<Certificate> chain, List<ServerName> serverNames,
			@Nullable String alpn, @Nullable String strictTransportSecurity) {

	}

	/**
	 * What a client is shown that asks for a name (SNI).
	 *
	 * @param name the name
	 * @param certificate the server's certificate
	 */
	record ServerName(String name, Certificate certificate) {

	}

	/**
	 * A certificate of the chain.
	 *
	 * @param subject whose it is
	 * @param names the host names and addresses in it
	 * @param notAfter the end of its validity
	 */
	record Certificate(String subject, List<String> names, String notAfter) {

	}

	/**
	 * What the redirect's port answers.
	 *
	 * @param port the port
	 * @param status the status, 0 if there was none
	 * @param location where it leads to, or {@code null} for nowhere
	 */
	record Redirect(int port, int status, @Nullable String location) {

	}

}
