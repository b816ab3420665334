package io.github.hardenedhttp.tls;

/**
 * Thrown at start when nothing says where the server's certificate comes from.
 */
@SuppressWarnings("serial")
public class NoCertificateException extends RuntimeException {

	NoCertificateException() {
		super("No certificate is configured");
	}

}
