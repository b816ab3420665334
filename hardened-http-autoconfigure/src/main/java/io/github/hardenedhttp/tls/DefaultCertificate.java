package io.github.hardenedhttp.tls;

import org.springframework.boot.ssl.SslBundle;

/**
 * Where the server's certificate comes from when {@code server.ssl.*} names none. At most
 * one bean of this type is asked.
 */
public interface DefaultCertificate {

	/**
	 * Where the certificate comes from, in words a user knows.
	 * @return a property or a name
	 */
	String source();

	/**
	 * Makes or loads the certificate. Called once for each web server that is made.
	 * @return a bundle with a private key
	 */
	SslBundle load();

}
