package io.github.hardenedhttp.sample;

import java.time.Duration;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample is told to end (SIGTERM) while clients of both versions of HTTP ask it 200
 * times a second, on connections they keep, and some requests take seconds.
 */
@BothSamples
class ShutdownIT {

	@Test
	void noRequestIsLost() throws Exception {
		try (RunningSample sample = RunningSample.start(Certificates.of(KeyType.ECDSA).arguments())) {
			ShutdownLoad load = ShutdownLoad.start(sample.httpsPort(),
					SampleIT.trusting(Certificates.of(KeyType.ECDSA)));
			load.awaitSlow();
			load.draining();
			sample.terminate();
			assertThat(sample.endsWithin(Duration.ofSeconds(30))).isTrue();
			ShutdownLoad.Result result = load.result();
			System.out.println("SIGTERM under load: " + result);
			assertThat(result.lost()).as("lost of %s", result).isEmpty();
			assertThat(result.answered()).as("answered of %s", result).isGreaterThan(100);
			assertThat(result.answeredWhileDraining()).as("answered while draining of %s", result).isPositive();
			assertThat(result.slowAnswered()).as("slow requests of %s", result).isEqualTo(ShutdownLoad.SLOW);
			assertThat(result.lastIdleGone()).as("keep-alive connections of %s", result)
				.isLessThan(Duration.ofMillis(2500));
			assertThat(sample.output()).doesNotContain(" ERROR ");
		}
	}

}
