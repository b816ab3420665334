package io.github.hardenedhttp.certificate;

import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.tls.TlsProfile;

/**
 * Checks the certificates that are served: keys and lifetimes against Mozilla's guideline
 * 6.0 (intermediate: 366 days; modern: ECDSA, 90 days), names against RFC 9525, dates
 * against RFC 5280. Of several certificates the worst is told.
 */
final class CertificateChecks implements HardeningChecks {

	private static final String MOZILLA = "Mozilla Server Side TLS 6.0";

	private static final String REPLACE = "Serve another certificate: docs/reference/certificate.md.";

	private static final int MODERN_DAYS = 90;

	private static final int INTERMEDIATE_DAYS = 366;

	private static final int LEAST_RSA_BITS = 2048;

	// Of its lifetime: clients of ACME renew when a third is left.
	private static final int LEFT_PERCENT = 25;

	private final Supplier<List<X509Certificate>> certificates;

	private final TlsProfile profile;

	private final Clock clock;

	CertificateChecks(Supplier<List<X509Certificate>> certificates, TlsProfile profile, Clock clock) {
		this.certificates = certificates;
		this.profile = profile;
		this.clock = clock;
	}

	@Override
	public String room() {
		return "certificate";
	}

	@Override
	public List<HardeningCheck> checks() {
		List<X509Certificate> certificates = this.certificates.get();
		if (certificates.isEmpty()) {
			return List.of();
		}
		return List.of(worst(certificates, this::expiry), worst(certificates, CertificateChecks::trust),
				worst(certificates, this::key), worst(certificates, this::lifetime),
				worst(certificates, CertificateChecks::names));
	}

	private static HardeningCheck worst(List<X509Certificate> certificates,
			Function<X509Certificate, HardeningCheck> check) {
		return certificates.stream().map(check).max(Comparator.comparing(HardeningCheck::verdict)).orElseThrow();
	}

	private static HardeningCheck trust(X509Certificate certificate) {
		HardeningCheck.Subject subject = HardeningCheck
			.of("issuer", "hardened.certificate.self-signed", "the article, crypto/tls")
			.value(certificate.getIssuerX500Principal().getName());
		return certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal()) ? subject
			.warn("It is self-signed: no client trusts it unless told to.",
					"Remove 'hardened.certificate.self-signed' and serve a certificate of an authority.")
			.lowering(Grade.T) : subject.pass("Somebody else has signed it.");
	}

	private HardeningCheck key(X509Certificate certificate) {
		PublicKey key = certificate.getPublicKey();
		HardeningCheck.Subject subject = HardeningCheck.of("key", null, MOZILLA).value(keyText(key));
		if (key instanceof ECPublicKey) {
			return subject.pass("ECDSA is short and fast.");
		}
		if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
			return subject.fail("Shorter RSA keys have been broken.", REPLACE);
		}
		return (this.profile == TlsProfile.INTERMEDIATE) ? subject.pass("Long enough.")
				: subject
					.warn("The modern profile asks for ECDSA on P-256 or P-384: RSA costs ten times as much.", REPLACE)
					.lowering(Grade.A_PLUS);
	}

	private static String keyText(PublicKey key) {
		if (key instanceof ECPublicKey ec) {
			return "ECDSA with %d bits".formatted(ec.getParams().getCurve().getField().getFieldSize());
		}
		return (key instanceof RSAPublicKey rsa) ? "RSA with %d bits".formatted(rsa.getModulus().bitLength())
				: key.getAlgorithm();
	}

	private HardeningCheck lifetime(X509Certificate certificate) {
		int days = (this.profile == TlsProfile.MODERN) ? MODERN_DAYS : INTERMEDIATE_DAYS;
		Duration lifetime = lifetimeOf(certificate);
		HardeningCheck.Subject subject = HardeningCheck.of("lifetime", null, MOZILLA)
			.value(lifetime.toDays() + " days");
		String why = "A stolen key can be used until its certificate ends; %d days are advised at most."
			.formatted(days);
		return (lifetime.compareTo(Duration.ofDays(days).plusSeconds(1)) > 0)
				? subject.warn(why, "Ask for a shorter lifetime, and have it renewed by a program.")
					.lowering(Grade.A_PLUS)
				: subject.pass(why);
	}

	private HardeningCheck expiry(X509Certificate certificate) {
		Instant now = this.clock.instant();
		Instant end = certificate.getNotAfter().toInstant();
		HardeningCheck.Subject subject = HardeningCheck.of("expiry", null, "RFC 5280, section 4.1.2.5").value(end);
		if (!now.isBefore(end) || now.isBefore(certificate.getNotBefore().toInstant())) {
			return subject.fail("It is not valid now: clients refuse it.", REPLACE).lowering(Grade.T);
		}
		Duration left = Duration.between(now, end);
		return (left.toSeconds() < lifetimeOf(certificate).toSeconds() * LEFT_PERCENT / 100)
				? subject.warn("Less than a quarter of its lifetime is left, and nobody has renewed it.",
						"Renew it; it is replaced without a restart: docs/reference/certificate.md.")
				: subject.pass("It is valid for %d days.".formatted(left.toDays()));
	}

	private static Duration lifetimeOf(X509Certificate certificate) {
		return Duration.between(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
	}

	private static HardeningCheck names(X509Certificate certificate) {
		List<String> names = namesOf(certificate);
		HardeningCheck.Subject subject = HardeningCheck.of("names", null, "RFC 9525, section 2").value(names);
		return names.isEmpty()
				? subject.fail("Clients look for their host among these names only.", REPLACE).lowering(Grade.T)
				: subject.pass("The hosts clients may ask for.");
	}

	private static List<String> namesOf(X509Certificate certificate) {
		try {
			return (certificate.getSubjectAlternativeNames() == null) ? List.of()
					: certificate.getSubjectAlternativeNames().stream().map((name) -> name.get(1).toString()).toList();
		}
		catch (CertificateParsingException ex) {
			return List.of();
		}
	}

}
