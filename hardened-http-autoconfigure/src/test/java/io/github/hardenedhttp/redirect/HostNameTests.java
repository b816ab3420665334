package io.github.hardenedhttp.redirect;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HostNameTests {

	@ParameterizedTest
	@CsvSource({ "example.com, example.com", "EXAMPLE.Com:8080, example.com", "example.com., example.com",
			"xn--bcher-kva.example, xn--bcher-kva.example", "localhost, localhost", "a_b.example, a_b.example",
			"127.0.0.1:80, 127.0.0.1", "[::1], ::1", "[::1]:8080, ::1", "[0:0:0:0:0:0:0:1], ::1",
			"[2001:DB8:0:0:1:0:0:1], 2001:db8::1:0:0:1", "[2001:db8:0:1:1:1:1:1], 2001:db8:0:1:1:1:1:1",
			"[1:0:0:2:0:0:0:3], 1:0:0:2::3", "[fe80::], fe80::", "[::], ::", "[::192.0.2.1], ::c000:201" })
	void authorityIsReadAsOneForm(String authority, String text) {
		assertThat(HostName.ofAuthority(authority)).isEqualTo(new HostName(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "a..b", ".a", ":80", "a:", "a:b", "a:123456", "a:80:80", "a b", "a\tb",
			"a\r\nb", "a\n", "a\0", "\u00e9.example", "\u212amart.example", "u@example.com", "u:p@example.com",
			"example.com/", "example.com/path", "example.com?", "example.com#", "example.com\\", "%65xample.com",
			"*.example.com", "a,b", "a;b", "127.1", "1.2.3.4.5", "1.2.3.256", "2130706433", "0x7f.1", "0x7f000001",
			"::1", "[::1", "::1]", "[]", "[]:80", "[::1]x", "[::1]:", "[::1%25eth0]", "[::1%1]", "[::ffff:127.0.0.1]",
			"[v1.fe]", "[1.2.3.4]", "[example.com]", "[:::]", "[.::1]", "[g::]", "[[::1]]" })
	void whatIsNotCertainlyAHostIsNone(String authority) {
		assertThat(HostName.ofAuthority(authority)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "::1, ::1", "[::1], ::1", "Example.com, example.com", "10.0.0.1, 10.0.0.1" })
	void aHostAloneMayBeABareIpv6Address(String host, String text) {
		assertThat(HostName.of(host)).isEqualTo(new HostName(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "example.com:80", "[::1]:80", "10.0.0.1:80", "[::1", "https://example.com" })
	void aHostAloneHasNoPort(String host) {
		assertThat(HostName.of(host)).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 64, 300 })
	void labelsHaveAMaximumLength(int length) {
		assertThat(HostName.of("a".repeat(length))).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "::1, [::1]", "example.com, example.com", "10.0.0.1, 10.0.0.1" })
	void onlyIpv6StandsInBracketsInUris(String host, String inUri) {
		assertThat(new HostName(host).inUri()).isEqualTo(inUri);
	}

}
