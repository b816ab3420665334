package io.github.hardenedhttp.certificate;

import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.hardenedhttp.certificate.CertificateFinding.Type;
import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.tls.ServedCertificate;

/**
 * What the {@linkplain CertificateGuideline guideline} finds about the certificates that
 * are served, as checks of the report. What makes clients refuse a certificate lowers the
 * grade to T, as with SSL Labs. Of several certificates the worst is told.
 */
final class CertificateChecks implements HardeningChecks {

	private static final String MOZILLA = "Mozilla Server Side TLS 6.0";

	private static final String REPLACE = "Serve another certificate: docs/reference/certificate.md.";

	private final Supplier<List<ServedCertificate>> served;

	private final CertificateGuideline guideline;

	private final ExpiryThresholds thresholds;

	private final Clock clock;

	CertificateChecks(Supplier<List<ServedCertificate>> served, CertificateGuideline guideline,
			ExpiryThresholds thresholds, Clock clock) {
		this.served = served;
		this.guideline = guideline;
		this.thresholds = thresholds;
		this.clock = clock;
	}

	@Override
	public String room() {
		return "certificate";
	}

	@Override
	public List<HardeningCheck> checks() {
		Instant now = this.clock.instant();
		List<Inspected> all = this.served.get()
			.stream()
			.map((served) -> new Inspected(served, this.guideline.findings(served, now)))
			.toList();
		if (all.isEmpty()) {
			return List.of();
		}
		return List.of(worst(all, (each) -> expiry(each, now)), worst(all, CertificateChecks::issuer),
				worst(all, CertificateChecks::key), worst(all, CertificateChecks::lifetime),
				worst(all, CertificateChecks::chain), worst(all, CertificateChecks::names));
	}

	private static HardeningCheck worst(List<Inspected> all, Function<Inspected, HardeningCheck> check) {
		return all.stream()
			.map(check)
			.max(Comparator.comparing(HardeningCheck::verdict).thenComparing(HardeningCheck::grade))
			.orElseThrow();
	}

	private HardeningCheck expiry(Inspected inspected, Instant now) {
		CertificateLifetime lifetime = CertificateLifetime.of(inspected.own());
		HardeningCheck.Subject subject = HardeningCheck
			.of("expiry", "hardened.certificate.warn-at-remaining", "RFC 5280, section 4.1.2.5")
			.value(lifetime.notAfter());
		Optional<String> invalid = inspected.about(Type.EXPIRED).or(() -> inspected.about(Type.NOT_YET_VALID));
		if (invalid.isPresent()) {
			return subject.fail(invalid.get(), REPLACE).lowering(Grade.T);
		}
		String why = "%.0f %% of its lifetime are left.".formatted(100 * lifetime.remaining(now));
		String fix = "Renew it; it is replaced without a restart: docs/reference/certificate.md.";
		return switch (this.thresholds.of(lifetime.remaining(now))) {
			case NONE -> subject.pass(why);
			case WARN -> subject.warn(why + " Nobody has renewed it.", fix);
			case FAIL -> subject.fail(why + " Nobody has renewed it.", fix);
		};
	}

	/**
	 * A finding for the profile 'modern' only; the report says it of both.
	 */
	private static HardeningCheck issuer(Inspected inspected) {
		X509Certificate own = inspected.own();
		HardeningCheck.Subject subject = HardeningCheck
			.of("issuer", "hardened.certificate.self-signed", "the article, crypto/tls")
			.value(own.getIssuerX500Principal().getName());
		return own.getIssuerX500Principal().equals(own.getSubjectX500Principal()) ? subject
			.warn("It is self-signed: no client trusts it unless told to.",
					"Remove 'hardened.certificate.self-signed' and serve a certificate of an authority.")
			.lowering(Grade.T) : subject.pass("Somebody else has signed it.");
	}

	private static HardeningCheck chain(Inspected inspected) {
		HardeningCheck.Subject subject = HardeningCheck.of("chain", null, "RFC 8446, section 4.4.2")
			.value(inspected.served()
				.chain()
				.stream()
				.map((certificate) -> certificate.getSubjectX500Principal().getName())
				.toList());
		return judge(subject, inspected, Type.INCOMPLETE_CHAIN, Grade.B, "Clients can follow it to its end.");
	}

	private static HardeningCheck key(Inspected inspected) {
		HardeningCheck.Subject subject = HardeningCheck.of("key", null, MOZILLA)
			.value(CertificateGuideline.described(inspected.own().getPublicKey()));
		// RSA is only more expensive; some clients do not take the others at all.
		Grade grade = (inspected.own().getPublicKey() instanceof RSAPublicKey) ? Grade.A_PLUS : Grade.A;
		return judge(subject, inspected, Type.KEY, grade, "The profile has such keys.");
	}

	private static HardeningCheck lifetime(Inspected inspected) {
		HardeningCheck.Subject subject = HardeningCheck.of("lifetime", null, MOZILLA)
			.value(CertificateLifetime.of(inspected.own()).total().toDays() + " days");
		return judge(subject, inspected, Type.LIFETIME, Grade.A_PLUS,
				"A stolen key can be used until its certificate ends, and this one ends soon enough.");
	}

	private static HardeningCheck names(Inspected inspected) {
		HardeningCheck.Subject subject = HardeningCheck.of("names", null, "RFC 9525, section 2")
			.value(CertificateNames.of(inspected.own()));
		return judge(subject, inspected, Type.NAMES, Grade.T, "The hosts clients may ask for.");
	}

	private static HardeningCheck judge(HardeningCheck.Subject subject, Inspected inspected, Type type, Grade grade,
			String passes) {
		return inspected.about(type)
			.map((finding) -> subject.warn(finding, REPLACE).lowering(grade))
			.orElseGet(() -> subject.pass(passes));
	}

	private record Inspected(ServedCertificate served, List<CertificateFinding> findings) {

		X509Certificate own() {
			return this.served.own();
		}

		Optional<String> about(Type type) {
			String text = this.findings.stream()
				.filter((finding) -> finding.type() == type)
				.map((finding) -> finding.text() + ".")
				.collect(Collectors.joining(" "));
			return text.isEmpty() ? Optional.empty() : Optional.of(text);
		}

	}

}
