package io.github.hardenedhttp.filedescriptor;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorThresholdsTests {

	private final FileDescriptorThresholds thresholds = new FileDescriptorThresholds(0.8, 0.95);

	@ParameterizedTest
	@CsvSource({ "NONE,0,NONE", "NONE,799,NONE", "NONE,800,WARN", "NONE,949,WARN", "NONE,950,FAIL", "NONE,1000,FAIL",
			"WARN,949,WARN", "WARN,950,FAIL" })
	void aLevelIsEnteredAtItsThreshold(Level present, long open, Level next) {
		assertThat(next(present, open)).isEqualTo(next);
	}

	@ParameterizedTest
	@CsvSource({ "WARN,799,WARN", "WARN,750,WARN", "WARN,749,NONE", "FAIL,949,FAIL", "FAIL,900,FAIL", "FAIL,899,WARN",
			"FAIL,750,WARN", "FAIL,749,NONE", "FAIL,0,NONE" })
	void aLevelIsLeftFivePointsBelow(Level present, long open, Level next) {
		assertThat(next(present, open)).isEqualTo(next);
	}

	@Test
	void thresholdsNearEachOtherAreLeftOneAfterTheOther() {
		FileDescriptorThresholds near = new FileDescriptorThresholds(0.94, 0.95);
		assertThat(near.next(Level.FAIL, census(900))).isEqualTo(Level.FAIL);
		assertThat(near.next(Level.FAIL, census(899))).isEqualTo(Level.WARN);
		assertThat(near.next(Level.WARN, census(889))).isEqualTo(Level.NONE);
	}

	@Test
	void alsoALowThresholdIsLeftAgain() {
		FileDescriptorThresholds low = new FileDescriptorThresholds(0.03, 0.04);
		assertThat(low.next(Level.FAIL, census(20))).isEqualTo(Level.FAIL);
		assertThat(low.next(Level.FAIL, census(19))).isEqualTo(Level.WARN);
		assertThat(low.next(Level.WARN, census(14))).isEqualTo(Level.NONE);
	}

	@Test
	void atAHundredPercentNothingIsLeft() {
		FileDescriptorThresholds last = new FileDescriptorThresholds(0.8, 1);
		assertThat(last.next(Level.WARN, census(999))).isEqualTo(Level.WARN);
		assertThat(last.next(Level.WARN, census(1000))).isEqualTo(Level.FAIL);
	}

	@ParameterizedTest
	@EnumSource
	void withoutALimitDescriptorsAreNeverShort(Level present) {
		assertThat(this.thresholds.next(present, FileDescriptorCensus.withoutTypes(1_000_000, -1)))
			.isEqualTo(Level.NONE);
	}

	@ParameterizedTest
	@CsvSource({ "399,true", "400,false" })
	void farIsBelowHalfOfTheWarning(long open, boolean far) {
		assertThat(this.thresholds.isFar(census(open))).isEqualTo(far);
	}

	private Level next(Level present, long open) {
		return this.thresholds.next(present, census(open));
	}

	private static FileDescriptorCensus census(long open) {
		return FileDescriptorCensus.withoutTypes(open, 1000);
	}

}
