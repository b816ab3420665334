package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class MissingCertificateFailureAnalyzerTests {

	private static final String ACTION = """
			Repair what is wrong and start again, or choose one:
			- to start at once with a placeholder, and to try again and again: set 'hardened.acme.wait-at-start' to false
			- to wait longer: set 'hardened.acme.wait-limit'""";

	@Test
	void saysWhatTheAuthoritySaidLast() {
		FailureAnalysis analysis = analyze("The authority refuses: no. Ask it.");
		assertThat(analysis.getDescription())
			.isEqualTo("There was no certificate 'acme' for [one.example] within 2 minutes, "
					+ "which is how long the start waits. The authority refuses: no. Ask it.");
		assertThat(analysis.getAction()).isEqualTo(ACTION);
	}

	@Test
	void saysThatItHasSaidNothingYet() {
		FailureAnalysis analysis = analyze(null);
		assertThat(analysis.getDescription())
			.isEqualTo("There was no certificate 'acme' for [one.example] within 2 minutes, "
					+ "which is how long the start waits. The first try had not come to an end.");
		assertThat(analysis.getAction()).isEqualTo(ACTION);
	}

	private static FailureAnalysis analyze(String problem) {
		return new MissingCertificateFailureAnalyzer()
			.analyze(new MissingCertificateException("acme", List.of("one.example"), Duration.ofMinutes(2), problem));
	}

}
