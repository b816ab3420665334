package io.github.hardenedhttp.protocol;

import java.util.ArrayList;
import java.util.List;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;

import org.springframework.util.unit.DataSize;

/**
 * Checks what requests may look like against RFC 9110 and RFC 9112 (section 11.2, request
 * smuggling), and their sizes against what servers usually take.
 */
final class ProtocolChecks implements HardeningChecks {

	private static final String PREFIX = "hardened.protocol.";

	private static final String SIZES = "docs/defaults.md";

	private static final DataSize LARGE_BODY = DataSize.ofGigabytes(1);

	private final ProtocolProperties properties;

	private final ProtocolLimits limits;

	ProtocolChecks(ProtocolProperties properties, ProtocolLimits limits) {
		this.properties = properties;
		this.limits = limits;
	}

	@Override
	public String room() {
		return "protocol";
	}

	@Override
	public List<HardeningCheck> checks() {
		return List.of(framing(), methods(), body(),
				HardeningCheck.of("max-headers", PREFIX + "max-headers", SIZES)
					.atMost(this.limits.headers(), 200, 1000, "Header fields by the hundred are refused."),
				HardeningCheck.of("max-cookies", "server.undertow.max-cookies", SIZES)
					.atMost(this.limits.cookies(), 200, 1000, "Cookies by the hundred are refused."),
				HardeningCheck.of("max-head-size", "server.max-http-request-header-size", SIZES)
					.atMost(DataSize.ofBytes(this.limits.head()), DataSize.ofKilobytes(32), DataSize.ofKilobytes(256),
							"It is held in memory for every connection."));
	}

	private HardeningCheck framing() {
		HardeningCheck.Subject subject = HardeningCheck
			.of("strict-framing", PREFIX + "strict-framing", "RFC 9112, section 11.2")
			.value(this.properties.strictFraming());
		return this.properties.strictFraming() ? subject.pass("What two servers could read differently is refused.")
				: subject.fail("A proxy in front may read another request than this server does.",
						"Remove '" + PREFIX + "strict-framing'.");
	}

	private HardeningCheck methods() {
		List<String> methods = this.properties.allowedMethods();
		List<String> harmful = new ArrayList<>(methods);
		harmful.retainAll(List.of("TRACE", "TRACK", "DEBUG"));
		HardeningCheck.Subject subject = HardeningCheck
			.of("allowed-methods", PREFIX + "allowed-methods", "RFC 9110, section 9.3.8")
			.value(methods);
		return harmful.isEmpty() ? subject.pass("Others do not reach the application.")
				: subject.warn("%s can show a script what it must not see.".formatted(String.join(", ", harmful)),
						"Leave it out of '" + PREFIX + "allowed-methods'.");
	}

	private HardeningCheck body() {
		HardeningCheck.Subject subject = HardeningCheck.of("max-body-size", "server.undertow.max-http-post-size",
				"CWE-400");
		if (this.limits.body().max() <= 0) {
			return subject.value("unlimited")
				.warn("A body may be as long as somebody cares to send.",
						"Set 'server.undertow.max-http-post-size' to what the application needs.");
		}
		DataSize size = DataSize.ofBytes(this.limits.body().max());
		return (size.compareTo(LARGE_BODY) > 0)
				? subject.value(size)
					.warn("Few applications need bodies of more than 1 GB.",
							"Set 'server.undertow.max-http-post-size' to what the application needs.")
				: subject.value(size).pass("A longer body is refused with 413.");
	}

}
