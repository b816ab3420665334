package io.github.hardenedhttp.redirect;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedirectTargetTests {

	@ParameterizedTest
	@CsvSource({ "/, https://ours.example/", "/a/b?c=d&e, https://ours.example/a/b?c=d&e",
			"//evil.example/x, https://ours.example//evil.example/x",
			"/..//./%2e%2F?u=https://evil.example, https://ours.example/..//./%2e%2F?u=https://evil.example",
			"/%0d%0aSet-Cookie:a, https://ours.example/%0d%0aSet-Cookie:a",
			"http://ours.example/a?b, https://ours.example/a?b", "HTTP://OURS.example:80?b, https://ours.example/?b",
			"http://ours.example, https://ours.example/",
			"http://ours.example//evil.example, https://ours.example//evil.example",
			"/http://evil.example/, https://ours.example/http://evil.example/" })
	void pathAndQueryAreKept(String target, String location) {
		RedirectTarget read = RedirectTarget.of(List.of("ours.example"), target);
		assertThat(read).isNotNull();
		assertThat(read.location(443)).isEqualTo(location);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "*", "a", "a/b", "?a", "ours.example:443", "https://ours.example/",
			"ftp://ours.example/", "http:/ours.example", "http:ours.example", "http://", "http:///a",
			"http://evil.example/", "http://ours.example@evil.example/", "http://evil.example@ours.example/",
			"http://evil.example#ours.example/", "http://evil.example\\@ours.example/",
			"http://ours.example\\.evil.example/", "\\\\evil.example", "/\\evil.example", "/a b", "/a\tb",
			"/a\r\nLocation: x", "/a\n", "/\0", "/#", "/\u00e9", "/\"", "/<", "/{" })
	void whatIsNotOursOrNotCertainIsRefused(String target) {
		assertThat(RedirectTarget.of(List.of("ours.example"), target)).isNull();
	}

	@Test
	void exactlyOneHostIsNeeded() {
		assertThat(RedirectTarget.of(List.of(), "/")).isNull();
		assertThat(RedirectTarget.of(List.of("a.example", "a.example"), "/")).isNull();
		assertThat(RedirectTarget.of(List.of(), "http://a.example/")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "443, https://[::1]/a", "8443, https://[::1]:8443/a" })
	void thePortIsLeftOutOnlyIfItIsTheDefault(int port, String location) {
		RedirectTarget target = RedirectTarget.of(List.of("[::1]:8080"), "/a");
		assertThat(target).isNotNull();
		assertThat(target.location(port)).isEqualTo(location);
	}

}
