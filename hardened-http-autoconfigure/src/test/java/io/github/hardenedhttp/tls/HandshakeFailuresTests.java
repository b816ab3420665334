package io.github.hardenedhttp.tls;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import io.github.hardenedhttp.undertow.HandshakeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HandshakeFailuresTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "null",
			textBlock = """
					Client requested protocol TLSv1.1 is not enabled or supported in server context | NO_COMMON_PROTOCOL
					The client supported protocol versions [TLSv1.2] are not accepted by server preferences [TLS13] | NO_COMMON_PROTOCOL
					error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL     | NO_COMMON_PROTOCOL
					error:100000b8:SSL routines:OPENSSL_internal:NO_SHARED_CIPHER         | NO_COMMON_CIPHER_SUITE
					error:100000f3:SSL routines:OPENSSL_internal:WRONG_CURVE              | NO_COMMON_CIPHER_SUITE
					error:1000010a:SSL routines:OPENSSL_internal:NO_SHARED_GROUP          | NO_COMMON_GROUP
					error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN | CLIENT_ALERT
					error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA   | CLIENT_ALERT
					error:100000c0:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE | CLIENT_CERTIFICATE
					error:1000009c:SSL routines:OPENSSL_internal:HTTP_REQUEST             | NOT_TLS
					no cipher suites in common                                | NO_COMMON_CIPHER_SUITE
					no cipher suites in common for hello retry request        | NO_COMMON_CIPHER_SUITE
					(unexpected_message) No common named group                | NO_COMMON_GROUP
					Received fatal alert: certificate_unknown                 | CLIENT_ALERT
					(bad_certificate) Received fatal alert: bad_certificate   | CLIENT_ALERT
					Received close_notify during handshake                    | CLOSED_BY_CLIENT
					Empty client certificate chain                            | CLIENT_CERTIFICATE
					Unrecognized SSL message, plaintext connection?           | NOT_TLS
					Unsupported or unrecognized SSL message                   | NOT_TLS
					Unrecognized record version SSL-4.5 , plaintext connection? | NOT_TLS
					Tag mismatch                                              | OTHER
					null                                                      | OTHER
					""")
	void theWordsOfJsseTellTheFailure(String message, HandshakeFailure failure) {
		assertThat(HandshakeFailures.of(new SSLHandshakeException(message))).isEqualTo(failure);
	}

	@Test
	void aCauseMayBeTheClientsCertificate() {
		assertThat(HandshakeFailures.of(new SSLException("PKIX", new CertificateException())))
			.isEqualTo(HandshakeFailure.CLIENT_CERTIFICATE);
		assertThat(HandshakeFailures.of(new SSLException("PKIX", new CertPathValidatorException())))
			.isEqualTo(HandshakeFailure.CLIENT_CERTIFICATE);
		assertThat(HandshakeFailures.of(new SSLException("", new IllegalStateException())))
			.isEqualTo(HandshakeFailure.OTHER);
	}

}
