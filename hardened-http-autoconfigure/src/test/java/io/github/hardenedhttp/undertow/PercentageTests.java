package io.github.hardenedhttp.undertow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PercentageTests {

	@ParameterizedTest
	@CsvSource({ "80%,0.8,80%", "80,0.8,80%", "97.5%,0.975,97.5%", "' 5 % ',0.05,5%", "100%,1,100%", "0%,0,0%",
			"-1%,-0.01,-1%", "120,1.2,120%" })
	void isReadWithAndWithoutTheSign(String text, double fraction, String shown) {
		assertThat(Percentage.of(text).fraction()).isEqualTo(fraction);
		assertThat(Percentage.of(text)).hasToString(shown);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "%", "abc", "80%%", "0x10", "1e2", "NaN", "Infinity", "80 percent", ".5", "1.%",
			"99999999999" })
	void whatIsNoPercentageIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Percentage.of(text)).withMessageContaining("80%");
	}

}
