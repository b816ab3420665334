package io.github.hardenedhttp.timeout;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PatienceTests {

	private static final long SECOND = 1_000_000_000;

	private final Patience patience = new Patience(Duration.ofSeconds(5), 100);

	@Test
	void onlyWaitingCounts() {
		assertThat(this.patience.isOver(1_000 * SECOND)).isFalse();
		this.patience.waitingBegins(1_000 * SECOND);
		this.patience.waitingEnds(1_003 * SECOND);
		assertThat(this.patience.behind(9_000 * SECOND)).isEqualTo(3 * SECOND);
		this.patience.waitingBegins(9_000 * SECOND);
		assertThat(this.patience.isOver(9_002 * SECOND - 1)).isFalse();
		assertThat(this.patience.isOver(9_002 * SECOND)).isTrue();
	}

	@Test
	void waitingThatBeginsTwiceIsCountedOnce() {
		this.patience.waitingBegins(0);
		this.patience.waitingBegins(2 * SECOND);
		this.patience.waitingEnds(3 * SECOND);
		this.patience.waitingEnds(8 * SECOND);
		assertThat(this.patience.behind(8 * SECOND)).isEqualTo(3 * SECOND);
	}

	@Test
	void aClientThatDripsIsCutHardlyLater() {
		long second = 0;
		this.patience.waitingBegins(0);
		while (!this.patience.isOver(second * SECOND)) {
			second++;
			this.patience.progress(1, second * SECOND);
		}
		assertThat(second).isEqualTo(6);
	}

	@Test
	void aClientAtTheMinimumRateIsNeverCut() {
		this.patience.waitingBegins(0);
		for (long second = 1; second <= 3600; second++) {
			this.patience.progress(100, second * SECOND);
			assertThat(this.patience.isOver(second * SECOND + SECOND - 1)).isFalse();
		}
		assertThat(this.patience.behind(3600 * SECOND)).isZero();
	}

	@Test
	void aClientBelowTheMinimumRateIsCutWhenItHasLostTheLimit() {
		this.patience.waitingBegins(0);
		long second = 0;
		while (!this.patience.isOver(second * SECOND)) {
			second++;
			this.patience.progress(50, second * SECOND);
		}
		assertThat(second).isEqualTo(10);
	}

	@Test
	void aBurstThatBuffersSwallowBuysNothing() {
		this.patience.waitingBegins(0);
		this.patience.progress(Patience.BYTES_WITHOUT_CREDIT, SECOND);
		assertThat(this.patience.behind(SECOND)).isZero();
		assertThat(this.patience.isOver(6 * SECOND)).isTrue();
	}

	@Test
	void aLargerBurstIsCreditForWhatFollows() {
		this.patience.waitingBegins(0);
		this.patience.progress(Patience.BYTES_WITHOUT_CREDIT + 2000, 0);
		assertThat(this.patience.isOver(25 * SECOND - SECOND / 10)).isFalse();
		assertThat(this.patience.isOver(25 * SECOND)).isTrue();
	}

	@Test
	void creditHasALimit() {
		this.patience.waitingBegins(0);
		for (int burst = 0; burst < 100; burst++) {
			this.patience.progress(Long.MAX_VALUE / 1000, SECOND);
		}
		long most = Patience.MOST_CREDIT.toNanos() + 6 * SECOND;
		assertThat(this.patience.isOver(most - 1)).isFalse();
		assertThat(this.patience.isOver(most)).isTrue();
	}

	@Test
	void creditThatIsBankedPaysNothingBack() {
		this.patience.waitingBegins(0);
		this.patience.bank(Patience.BYTES_WITHOUT_CREDIT);
		this.patience.bank(300);
		assertThat(this.patience.behind(4 * SECOND)).isEqualTo(4 * SECOND);
		assertThat(this.patience.isOver(8 * SECOND - 1)).isFalse();
		assertThat(this.patience.isOver(8 * SECOND)).isTrue();
	}

	@Test
	void aPauseIsPaidBackByWhatFollows() {
		this.patience.waitingBegins(0);
		this.patience.progress(200, 4 * SECOND);
		assertThat(this.patience.behind(4 * SECOND)).isEqualTo(2 * SECOND);
	}

	@Test
	void withoutARateNothingIsPaidBack() {
		Patience strict = new Patience(Duration.ofSeconds(5), 0);
		strict.waitingBegins(0);
		strict.progress(1_000_000, 4 * SECOND);
		assertThat(strict.behind(4 * SECOND)).isEqualTo(4 * SECOND);
		assertThat(strict.isOver(5 * SECOND)).isTrue();
	}

	@Test
	void renewedItStartsAnew() {
		this.patience.waitingBegins(0);
		this.patience.renew(Duration.ofSeconds(2), 4 * SECOND);
		assertThat(this.patience.isOver(6 * SECOND - 1)).isFalse();
		assertThat(this.patience.isOver(6 * SECOND)).isTrue();
	}

	@Test
	void extendedItRemembersWhatWasSpent() {
		this.patience.waitingBegins(0);
		this.patience.extend(Duration.ofSeconds(3));
		assertThat(this.patience.isOver(8 * SECOND - 1)).isFalse();
		assertThat(this.patience.isOver(8 * SECOND)).isTrue();
	}

	@Test
	void liftedItIsNeverOver() {
		this.patience.waitingBegins(0);
		this.patience.lift();
		this.patience.extend(Duration.ofSeconds(1));
		assertThat(this.patience.isOver(Long.MAX_VALUE / 2)).isFalse();
	}

	@Test
	void aTimeTooLongForNanosecondsIsForEver() {
		Patience eternal = new Patience(Duration.ofSeconds(Long.MAX_VALUE), 100);
		eternal.waitingBegins(0);
		eternal.extend(Duration.ofSeconds(Long.MAX_VALUE));
		assertThat(eternal.isOver(Long.MAX_VALUE / 2)).isFalse();
	}

	@Test
	void theClockMayBeNegative() {
		this.patience.waitingBegins(-10 * SECOND);
		assertThat(this.patience.isOver(-6 * SECOND)).isFalse();
		assertThat(this.patience.isOver(-5 * SECOND)).isTrue();
	}

}
