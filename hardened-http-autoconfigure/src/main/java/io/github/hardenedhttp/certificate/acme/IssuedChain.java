package io.github.hardenedhttp.certificate.acme;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Looks at what an authority has sent before it takes the place of a certificate that
 * works. That key and certificate belong together {@link StoredCertificate} has seen
 * already.
 */
final class IssuedChain {

	// The authority's clock, and its habit of beginning an hour ago
	private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

	private IssuedChain() {
	}

	/**
	 * Checks names, validity and signatures.
	 * @param issued what was sent
	 * @param wanted what was ordered
	 * @param now the wall clock
	 * @throws OrderFailedException if it is not what was ordered
	 */
	static void check(StoredCertificate issued, WantedCertificate wanted, Instant now) throws OrderFailedException {
		X509Certificate leaf = issued.certificate();
		if (!wanted.isFor(leaf)) {
			throw unusable("it is for %s, not for %s".formatted(WantedCertificate.domainsOf(leaf), wanted.domains()));
		}
		if (!leaf.getNotAfter().toInstant().isAfter(now)) {
			throw unusable("it has expired at " + leaf.getNotAfter().toInstant());
		}
		if (leaf.getNotBefore().toInstant().isAfter(now.plus(CLOCK_SKEW))) {
			throw unusable("it is not valid before %s: is the clock of this machine right?"
				.formatted(leaf.getNotBefore().toInstant()));
		}
		List<X509Certificate> chain = issued.chain();
		for (int i = 0; i + 1 < chain.size(); i++) {
			checkSignature(chain.get(i), chain.get(i + 1));
		}
	}

	private static void checkSignature(X509Certificate certificate, X509Certificate issuer)
			throws OrderFailedException {
		try {
			certificate.verify(issuer.getPublicKey());
		}
		catch (GeneralSecurityException ex) {
			throw unusable("'%s' is not signed by '%s', which follows it".formatted(
					certificate.getSubjectX500Principal().getName(), issuer.getSubjectX500Principal().getName()));
		}
	}

	private static OrderFailedException unusable(String problem) {
		return new OrderFailedException(OrderResult.UNUSABLE, "The certificate is not what was ordered: " + problem,
				null, null);
	}

}
