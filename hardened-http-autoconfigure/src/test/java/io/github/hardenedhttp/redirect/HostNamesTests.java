package io.github.hardenedhttp.redirect;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HostNamesTests {

	private final HostNames names = HostNames
		.of(List.of("Example.com", "*.Wild.example", "127.0.0.1", "0:0:0:0:0:0:0:1"));

	@ParameterizedTest
	@ValueSource(strings = { "example.com", "a.wild.example", "127.0.0.1", "::1" })
	void containsWhatItNames(String host) {
		assertThat(this.names.contains(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "www.example.com", "wild.example", "a.b.wild.example", ".wild.example",
			"*.wild.example.com", "evil.example", "127.0.0.2", "::2", "" })
	void containsNothingElse(String host) {
		assertThat(this.names.contains(host)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "*", "*.", "**.example", "a.*.example", "w*.example.com", "*example.com", "*.1.2.3",
			"*.127.0.0.1", "*.::1", "example.com:443", "https://example.com", "example.com/", "b\u00fccher.example",
			"example .com" })
	void whatIsNoPatternIsLeftOut(String name) {
		assertThat(HostNames.isValid(name)).isFalse();
		assertThat(HostNames.of(List.of(name))).hasToString("[]");
	}

	@Test
	void showsItsNames() {
		assertThat(this.names).hasToString("[*.wild.example, 127.0.0.1, ::1, example.com]");
	}

}
