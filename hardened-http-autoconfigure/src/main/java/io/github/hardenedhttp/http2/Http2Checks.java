package io.github.hardenedhttp.http2;

import java.util.List;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;

/**
 * Checks the limits of HTTP/2 against RFC 9113, sections 6.5.2 and 10.5.
 */
final class Http2Checks implements HardeningChecks {

	private static final String STREAMS = "hardened.http2.max-concurrent-streams";

	private static final String RATE = "hardened.http2.control-frame-rate";

	private static final int LEAST_STREAMS = 100;

	private static final int MANY_STREAMS = 250;

	private static final int TOO_MANY_STREAMS = 1000;

	private static final int HIGH_RATE = 1000;

	private static final int TOO_HIGH_RATE = 10_000;

	private final Http2Properties properties;

	private final boolean enabled;

	Http2Checks(Http2Properties properties, boolean enabled) {
		this.properties = properties;
		this.enabled = enabled;
	}

	@Override
	public String room() {
		return "http2";
	}

	@Override
	public List<HardeningCheck> checks() {
		HardeningCheck.Subject enabled = HardeningCheck.of("enabled", "server.http2.enabled", "the article, HTTP/2")
			.value(this.enabled);
		if (!this.enabled) {
			return List.of(enabled.pass("What is not spoken cannot be flooded."));
		}
		return List.of(streams(), rate(), enabled.pass("Browsers need one connection instead of six."));
	}

	private HardeningCheck streams() {
		HardeningCheck.Subject subject = HardeningCheck.of("max-concurrent-streams", STREAMS,
				"RFC 9113, section 6.5.2");
		int streams = this.properties.maxConcurrentStreams();
		return (streams < LEAST_STREAMS)
				? subject.value(streams)
					.warn("The RFC advises at least 100: honest pages wait.", "Set '" + STREAMS + "' to 100.")
				: subject.atMost(streams, MANY_STREAMS, TOO_MANY_STREAMS,
						"What one connection can ask for at a time is bounded.");
	}

	private HardeningCheck rate() {
		return HardeningCheck.of("control-frame-rate", RATE, "RFC 9113, section 10.5")
			.atMost(this.properties.controlFrameRate(), HIGH_RATE, TOO_HIGH_RATE,
					"Frames that cost more than they mean are bounded.");
	}

}
