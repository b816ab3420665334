package io.github.hardenedhttp.tls;

import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a certificate, or its private key, must not or cannot be served.
 */
@SuppressWarnings("serial")
public class UnusableCertificateException extends RuntimeException {

	// sun.security.pkcs12.PKCS12KeyStore, in which Boot keeps what it reads from PEM
	private static final String OUT_OF_ORDER = "Certificate chain is not valid";

	private final String source;

	private final String problem;

	/**
	 * Create the exception.
	 * @param source where the certificate comes from, in words a user knows
	 * @param problem what is wrong, to be read after "cannot be served: "
	 * @param cause what failed, if anything did
	 */
	public UnusableCertificateException(String source, String problem, @Nullable Throwable cause) {
		super("The certificate of %s cannot be served: %s".formatted(source, problem), cause);
		this.source = source;
		this.problem = problem;
	}

	static UnusableCertificateException unreadable(String source, Exception cause) {
		Throwable root = cause;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		if (root instanceof UnrecoverableKeyException) {
			// Every key store of the JDK, but in words of its own.
			return new UnusableCertificateException(source, "its password is wrong", cause);
		}
		String message = root.getMessage();
		if (root instanceof KeyStoreException && OUT_OF_ORDER.equals(message)) {
			return new UnusableCertificateException(source,
					"its chain is out of order: first comes the server's certificate, then the one that issued it",
					cause);
		}
		String detail = (message != null) ? message.lines().findFirst().orElse("") : root.getClass().getSimpleName();
		return new UnusableCertificateException(source, "it cannot be read: " + detail, cause);
	}

	String getSource() {
		return this.source;
	}

	/**
	 * What is wrong.
	 * @return the problem, to be read after "cannot be served: "
	 */
	public String getProblem() {
		return this.problem;
	}

}
