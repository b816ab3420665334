package io.github.hardenedhttp.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The corpus can be read, is as large as it has to be, and its judges see what is wrong.
 */
class CorpusTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst";

	private static final String SECOND = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nsecond";

	private static final String BAD = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

	@Test
	void itHasEnoughEntriesAndManyGoodOnes() {
		List<Http1Entry> http1 = Http1Entry.all();
		assertThat(http1).hasSizeGreaterThan(170);
		assertThat(http1.stream().filter((entry) -> entry.source().expectation().matches("200( .*)?")))
			.hasSizeGreaterThan(70);
		assertThat(Http2Entry.all()).hasSizeGreaterThan(50);
	}

	@Test
	void textBecomesBytes() {
		assertThat(RawText.bytes("a\\r\\n\\t\\0\\s\\\\\\xffé")).containsExactly('a', '\r', '\n', '\t', 0, ' ', '\\',
				0xff, 0xc3, 0xa9);
		assertThat(RawText.bytes("{a%d\\n*3}{x}")).asString(StandardCharsets.US_ASCII).isEqualTo("a0\na1\na2\n{x}");
		assertThatIllegalArgumentException().isThrownBy(() -> RawText.bytes("\\q"));
	}

	@Test
	void linesOfARequestEndWithCrLfUnlessToldOtherwise() {
		CorpusEntry entry = CorpusEntry.parse("a.txt", "# why\n[200] a name\n| GET {scheme}\n|\n|  x\\\n= y\n").get(0);
		assertThat(entry).hasToString("a.txt:2 a name");
		Http1Entry request = new Http1Entry(entry, Http1Expectation.parse("200", null));
		assertThat(request.bytes(true)).asString(StandardCharsets.US_ASCII).isEqualTo("GET https\r\n\r\n x");
	}

	@Test
	void anEntryIsHeldToWhatItGetsToday() {
		assertThat(CorpusEntry.parse("a.txt", "[400 today, 200 x2 wanted] a name\n")).singleElement()
			.extracting(CorpusEntry::expectation)
			.isEqualTo("400");
	}

	@Test
	void theBodyOfTheLastResponseMayEndWithTheConnection() {
		assertThat(parse("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\nrest")).singleElement()
			.extracting(Http1Response::body)
			.isEqualTo("rest");
	}

	@ParameterizedTest
	@ValueSource(strings = { OK + "x", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nfirst", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" })
	void aResponseThatIsNotWellFormedIsRefused(String bytes) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(bytes));
	}

	@Test
	void responsesAreReadOneAfterTheOther() {
		assertThat(parse("HTTP/1.1 100 Continue\r\n\r\n" + OK + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				+ "3\r\nabc\r\n0\r\n\r\n"))
			.extracting(Http1Response::body)
			.containsExactly("", "first", "abc");
	}

	@Test
	void aGoodRequestIsAnsweredAndSoIsTheSecond() {
		Http1Expectation expectation = Http1Expectation.parse("200", "first");
		assertThat(expectation.wrong(parse(OK + SECOND))).isEmpty();
		assertThat(expectation.wrong(parse(OK))).isPresent();
		assertThat(expectation.wrong(parse(OK + OK))).isPresent();
		assertThat(expectation.wrong(parse(OK + OK + SECOND))).isPresent();
		assertThat(expectation.wrong(parse(OK + BAD))).isPresent();
		assertThat(expectation.wrong(parse(BAD))).isPresent();
		assertThat(Http1Expectation.parse("200", "other").wrong(parse(OK + SECOND))).isPresent();
	}

	@Test
	void afterABadRequestTheSecondHasNoAnswer() {
		Http1Expectation expectation = Http1Expectation.parse("400|501", null);
		assertThat(expectation.wrong(parse(BAD))).isEmpty();
		assertThat(expectation.wrong(parse(BAD + SECOND))).isPresent();
		assertThat(expectation.wrong(parse(BAD.replace("Connection: close\r\n", "")))).isPresent();
		assertThat(expectation.wrong(parse(OK + SECOND))).isPresent();
		assertThat(expectation.wrong(List.of())).isPresent();
		assertThat(Http1Expectation.parse("400|close", null).wrong(List.of())).isEmpty();
		assertThat(Http1Expectation.parse("4xx then any", null).wrong(parse(BAD + SECOND))).isEmpty();
	}

	private static List<Http1Response> parse(String bytes) {
		return Http1Response.parse(bytes.getBytes(StandardCharsets.ISO_8859_1), false);
	}

}
