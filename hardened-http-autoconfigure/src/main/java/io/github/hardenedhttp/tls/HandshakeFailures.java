package io.github.hardenedhttp.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLException;

import io.github.hardenedhttp.undertow.HandshakeFailure;
import org.jspecify.annotations.Nullable;

/**
 * Tells from what an engine throws why a handshake failed. JSSE and Conscrypt throw the
 * same class for nearly everything, so that only their words are left (they are not
 * translated). Those it does not know are {@link HandshakeFailure#OTHER}: whatever a
 * client does, the causes stay few.
 */
final class HandshakeFailures {

	private static final Map<String, HandshakeFailure> BY_WORDS = new LinkedHashMap<>();

	static {
		// sun.security.ssl.Alert
		BY_WORDS.put("received fatal alert", HandshakeFailure.CLIENT_ALERT);
		BY_WORDS.put("close_notify", HandshakeFailure.CLOSED_BY_CLIENT);
		// sun.security.ssl.ClientHello
		BY_WORDS.put("client requested protocol", HandshakeFailure.NO_COMMON_PROTOCOL);
		BY_WORDS.put("client supported protocol", HandshakeFailure.NO_COMMON_PROTOCOL);
		// sun.security.ssl.ServerHello
		BY_WORDS.put("unsupported protocol version", HandshakeFailure.NO_COMMON_PROTOCOL);
		BY_WORDS.put("no cipher suites in common", HandshakeFailure.NO_COMMON_CIPHER_SUITE);
		// sun.security.ssl.KeyShareExtension
		BY_WORDS.put("no common named group", HandshakeFailure.NO_COMMON_GROUP);
		// sun.security.ssl.CertificateMessage
		BY_WORDS.put("empty client certificate chain", HandshakeFailure.CLIENT_CERTIFICATE);
		// sun.security.ssl.SSLEngineInputRecord
		BY_WORDS.put("unrecognized ssl message", HandshakeFailure.NOT_TLS);
		BY_WORDS.put("plaintext connection", HandshakeFailure.NOT_TLS);
		// BoringSSL, ssl_error.cc
		BY_WORDS.put("unsupported_protocol", HandshakeFailure.NO_COMMON_PROTOCOL);
		BY_WORDS.put("no_shared_cipher", HandshakeFailure.NO_COMMON_CIPHER_SUITE);
		BY_WORDS.put("wrong_curve", HandshakeFailure.NO_COMMON_CIPHER_SUITE);
		BY_WORDS.put("no_shared_group", HandshakeFailure.NO_COMMON_GROUP);
		BY_WORDS.put("sslv3_alert_", HandshakeFailure.CLIENT_ALERT);
		BY_WORDS.put("tlsv1_alert_", HandshakeFailure.CLIENT_ALERT);
		BY_WORDS.put("peer_did_not_return_a_certificate", HandshakeFailure.CLIENT_CERTIFICATE);
		BY_WORDS.put("certificate_verify_failed", HandshakeFailure.CLIENT_CERTIFICATE);
		BY_WORDS.put("http_request", HandshakeFailure.NOT_TLS);
		BY_WORDS.put("https_proxy_request", HandshakeFailure.NOT_TLS);
		BY_WORDS.put("wrong_version_number", HandshakeFailure.NOT_TLS);
	}

	private HandshakeFailures() {
	}

	static HandshakeFailure of(SSLException ex) {
		String message = String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT);
		for (Map.Entry<String, HandshakeFailure> words : BY_WORDS.entrySet()) {
			if (message.contains(words.getKey())) {
				return words.getValue();
			}
		}
		return isAboutACertificate(ex.getCause()) ? HandshakeFailure.CLIENT_CERTIFICATE : HandshakeFailure.OTHER;
	}

	private static boolean isAboutACertificate(@Nullable Throwable cause) {
		return cause instanceof CertificateException || cause instanceof CertPathValidatorException;
	}

}
