package io.github.hardenedhttp.certificate;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

import javax.security.auth.x500.X500Principal;

import io.github.hardenedhttp.certificate.CertificateFinding.Type;
import io.github.hardenedhttp.redirect.HostNames;
import io.github.hardenedhttp.tls.ServedCertificate;
import io.github.hardenedhttp.tls.TlsProfile;

/**
 * Holds what is served against the profile (Mozilla's guideline, "Certificate type" and
 * "Certificate lifespan"). What nobody could be served with has stopped the start before;
 * this finds what most clients take and some do not, or should not be for long.
 */
final class CertificateGuideline {

	private static final Duration INTERMEDIATE_LIFETIME = Duration.ofDays(366);

	private static final Duration MODERN_LIFETIME = Duration.ofDays(90);

	private static final Set<Integer> CURVES = Set.of(256, 384);

	// RFC 5280, section 4.2.2.1
	private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";

	// 1.3.6.1.5.5.7.48.2 (id-ad-caIssuers) as it is encoded
	private static final String CA_ISSUERS = "06082b06010505073002";

	private final TlsProfile profile;

	private final Predicate<X500Principal> knownRoots;

	/**
	 * Create the guideline.
	 * @param profile what is asked for
	 * @param knownRoots whether clients know an authority without being sent its
	 * certificate
	 */
	CertificateGuideline(TlsProfile profile, Predicate<X500Principal> knownRoots) {
		this.profile = profile;
		this.knownRoots = knownRoots;
	}

	List<CertificateFinding> findings(ServedCertificate served, Instant now) {
		List<CertificateFinding> findings = new ArrayList<>();
		X509Certificate own = served.own();
		key(own.getPublicKey(), findings);
		lifetime(CertificateLifetime.of(own), now, findings);
		chain(served.chain(), findings);
		names(served, findings);
		return List.copyOf(findings);
	}

	private void key(PublicKey key, List<CertificateFinding> findings) {
		boolean rsa = key instanceof RSAPublicKey;
		boolean ecdsa = key instanceof ECPublicKey ec
				&& CURVES.contains(ec.getParams().getCurve().getField().getFieldSize());
		if (!ecdsa && (!rsa || this.profile == TlsProfile.MODERN)) {
			findings.add(new CertificateFinding(Type.KEY,
					"Its key is %s, and the profile '%s' has %s: get one with a P-256 key".formatted(described(key),
							profile(), (this.profile == TlsProfile.MODERN) ? "ECDSA on P-256 or P-384"
									: "RSA, or ECDSA on P-256 or P-384")));
		}
	}

	/**
	 * What a key is, for people.
	 * @param key the key of a certificate
	 * @return its kind and length
	 */
	static String described(PublicKey key) {
		if (key instanceof RSAPublicKey rsa) {
			return "RSA with %d bits".formatted(rsa.getModulus().bitLength());
		}
		if (key instanceof ECPublicKey ec) {
			return "ECDSA with %d bits".formatted(ec.getParams().getCurve().getField().getFieldSize());
		}
		return key.getAlgorithm();
	}

	private void lifetime(CertificateLifetime lifetime, Instant now, List<CertificateFinding> findings) {
		Duration longest = (this.profile == TlsProfile.MODERN) ? MODERN_LIFETIME : INTERMEDIATE_LIFETIME;
		if (lifetime.total().compareTo(longest) > 0) {
			findings.add(new CertificateFinding(Type.LIFETIME,
					"It is valid for %d days, and the profile '%s' has %d at most: renew more often"
						.formatted(days(lifetime.total()), profile(), longest.toDays())));
		}
		if (now.isAfter(lifetime.notAfter())) {
			findings.add(new CertificateFinding(Type.EXPIRED,
					"It has expired at %s: replace it now".formatted(lifetime.notAfter())));
		}
		else if (now.isBefore(lifetime.notBefore())) {
			findings.add(new CertificateFinding(Type.NOT_YET_VALID,
					"It is not valid before %s: look at the clock of this machine, or replace it"
						.formatted(lifetime.notBefore())));
		}
	}

	/**
	 * A part of a day is one.
	 */
	private static long days(Duration duration) {
		return duration.plusDays(1).minusNanos(1).toDays();
	}

	private void chain(List<X509Certificate> chain, List<CertificateFinding> findings) {
		X509Certificate last = chain.get(chain.size() - 1);
		boolean selfIssued = last.getSubjectX500Principal().equals(last.getIssuerX500Principal());
		if (selfIssued && chain.size() == 1 && this.profile == TlsProfile.MODERN) {
			findings.add(new CertificateFinding(Type.SELF_SIGNED,
					"It is signed with its own key, which no client trusts unasked: get one from an authority"));
		}
		// An authority of one's own is known to those who trust it, and says nowhere
		// where its certificate can be fetched.
		if (!selfIssued && saysWhereItsIssuerIs(last) && !this.knownRoots.test(last.getIssuerX500Principal())) {
			findings.add(new CertificateFinding(Type.INCOMPLETE_CHAIN,
					"The certificate of '%s', which issued the last one of its chain, is missing, and Java knows no such root: add it behind the others"
						.formatted(last.getIssuerX500Principal().getName())));
		}
	}

	private static boolean saysWhereItsIssuerIs(X509Certificate certificate) {
		byte[] extension = certificate.getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
		return extension != null && new BigInteger(1, extension).toString(16).contains(CA_ISSUERS);
	}

	private void names(ServedCertificate served, List<CertificateFinding> findings) {
		HostNames names = HostNames.of(CertificateNames.of(served.own()));
		served.serverNames()
			.stream()
			.map((name) -> name.toLowerCase(Locale.ROOT))
			.filter((name) -> !names.contains(name) && !names.contains(name.replaceFirst("^\\*", "any")))
			.sorted()
			.forEach((name) -> findings.add(new CertificateFinding(Type.NAMES,
					"It is served for '%s', which is not among its names %s".formatted(name, names))));
	}

	private String profile() {
		return this.profile.name().toLowerCase(Locale.ROOT);
	}

}
