package io.github.hardenedhttp.timeout;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PathRequestTimeoutsTests {

	private final PathRequestTimeouts timeouts = TimeoutPropertiesTests
		.bind("read=9s", "write=8s", "paths[0].pattern=/uploads/small/**", "paths[0].read=1s",
				"paths[1].pattern=/uploads/**", "paths[1].read=2s", "paths[1].min-read-rate=5B", "paths[1].total=3m",
				"paths[2].pattern=/uploads/large/**", "paths[2].read=3s", "paths[3].pattern=/reports/*.pdf",
				"paths[3].write=4s")
		.toPathTimeouts();

	@Test
	void theFirstPatternThatMatchesWins() {
		assertThat(this.timeouts.of("/uploads/small/one").read()).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.timeouts.of("/uploads/other").read()).isEqualTo(Duration.ofSeconds(2));
		assertThat(this.timeouts.of("/uploads/large/one").read()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void whatAPathDoesNotSayIsAsForAllOthers() {
		RequestTimeouts uploads = this.timeouts.of("/uploads");
		assertThat(uploads).isEqualTo(
				new RequestTimeouts(Duration.ofSeconds(2), 5, Duration.ofSeconds(8), 240, Duration.ofMinutes(3)));
		RequestTimeouts reports = this.timeouts.of("/reports/a.pdf");
		assertThat(reports)
			.isEqualTo(new RequestTimeouts(Duration.ofSeconds(9), 240, Duration.ofSeconds(4), 240, null));
	}

	@Test
	void aPathWithoutAPatternIsAsAllOthers() {
		assertThat(this.timeouts.of("/").read()).isEqualTo(Duration.ofSeconds(9));
		assertThat(this.timeouts.of("/reports/a.html").write()).isEqualTo(Duration.ofSeconds(8));
		assertThat(this.timeouts.of("").read()).isEqualTo(Duration.ofSeconds(9));
	}

	@Test
	void theShortestWriteIsThatOfAnyPath() {
		assertThat(this.timeouts.shortestWrite()).isEqualTo(Duration.ofSeconds(4));
	}

}
