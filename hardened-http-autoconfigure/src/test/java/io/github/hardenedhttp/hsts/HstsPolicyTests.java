package io.github.hardenedhttp.hsts;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HstsPolicyTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			P730D, false, false, max-age=63072000
			P730D, true,  false, max-age=63072000; includeSubDomains
			P365D, true,  true,  max-age=31536000; includeSubDomains; preload
			PT0S,  false, false, max-age=0
			PT0S,  true,  false, max-age=0; includeSubDomains
			PT5M,  false, false, max-age=300
			""")
	void theHeaderSaysWhatIsPromised(Duration maxAge, boolean includeSubDomains, boolean preload, String header) {
		assertThat(new HstsPolicy(maxAge, includeSubDomains, preload).headerValue()).isEqualTo(header);
	}

}
