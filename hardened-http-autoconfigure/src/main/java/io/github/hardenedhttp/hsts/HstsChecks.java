package io.github.hardenedhttp.hsts;

import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;

/**
 * Checks the promise to browsers against RFC 6797, Mozilla's guideline (two years) and
 * SSL Labs, which gives A+ from half a year on.
 */
final class HstsChecks implements HardeningChecks {

	private static final String PREFIX = "hardened.hsts.";

	private static final String MAX_AGE = PREFIX + "max-age";

	private static final Duration TWO_YEARS = Duration.ofDays(730);

	private static final Duration HALF_A_YEAR = Duration.ofDays(180);

	private final HstsProperties properties;

	HstsChecks(HstsProperties properties) {
		this.properties = properties;
	}

	@Override
	public String room() {
		return "hsts";
	}

	@Override
	public List<HardeningCheck> checks() {
		HardeningCheck.Subject enabled = HardeningCheck.of("enabled", PREFIX + "enabled", "the article, HSTS; RFC 6797")
			.value(this.properties.enabled());
		if (!this.properties.enabled()) {
			return List.of(enabled.warn("The first request of a browser can be led astray each time, not only once.",
					"Remove '" + PREFIX + "enabled'."));
		}
		return List.of(maxAge(), subDomains(), preload(), enabled.pass("Browsers come by HTTPS only."));
	}

	private HardeningCheck maxAge() {
		Duration maxAge = this.properties.maxAge();
		HardeningCheck.Subject subject = HardeningCheck.of("max-age", MAX_AGE, "Mozilla Server Side TLS 6.0")
			.value(maxAge);
		String fix = "Set '" + MAX_AGE + "' to 730d.";
		if (maxAge.compareTo(TWO_YEARS) >= 0) {
			return subject.pass("Browsers remember for two years or more.");
		}
		if (maxAge.isZero()) {
			return subject.fail("Browsers are told to forget what was promised.", fix).lowering(Grade.A);
		}
		return subject.warn("Browsers that do not come in this time forget the promise.", fix)
			.lowering((maxAge.compareTo(HALF_A_YEAR) < 0) ? Grade.A : Grade.A_PLUS);
	}

	private HardeningCheck subDomains() {
		return HardeningCheck.of("include-sub-domains", PREFIX + "include-sub-domains", "RFC 6797, section 14.4")
			.value(this.properties.includeSubDomains())
			.pass(this.properties.includeSubDomains() ? "The promise is for all sub-domains."
					: "Only whoever runs all sub-domains can promise for them.");
	}

	private HardeningCheck preload() {
		return HardeningCheck.of("preload", PREFIX + "preload", "RFC 6797, section 12.3")
			.value(this.properties.preload())
			.pass(this.properties.preload() ? "The host may be put on the browsers' lists."
					: "It is hard to undo, so it must be asked for.");
	}

}
