package io.github.hardenedhttp.certificate.acme;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The authority certificates are ordered from. Called by one thread at a time; every
 * method may block for minutes and ends when its thread is interrupted.
 */
interface CertificateAuthority {

	/**
	 * Orders a certificate.
	 * @param account the key of the account; an account is made if there is none with it
	 * @param wanted what to order
	 * @param replaced the certificate that is renewed, if any
	 * @param memory what is left of an order that was stopped; it is gone on with
	 * @return the chain and its key, as received: not looked at
	 * @throws OrderFailedException if there is none
	 * @throws InterruptedException if the thread was interrupted
	 */
	StoredCertificate order(KeyPair account, WantedCertificate wanted, @Nullable X509Certificate replaced,
			OrderMemory memory) throws OrderFailedException, InterruptedException;

	/**
	 * Asks when a certificate should be renewed.
	 * @param certificate a certificate of this authority
	 * @return the window, or empty if the authority has no such information
	 * @throws OrderFailedException if it could not be asked
	 */
	Optional<RenewalWindow> renewalWindow(X509Certificate certificate) throws OrderFailedException;

}
