package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Http1Framing}.
 */
class Http1FramingTests {

	private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n";

	private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

	private final Http1Framing framing = new Http1Framing(8192, 100, true);

	@ParameterizedTest
	@ValueSource(strings = { HEAD + "\r\n", HEAD + "X:\r\n\r\n", HEAD + "X: \t a b \t\r\n\r\n",
			HEAD + "X: caf\u00e9\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n",
			"GET http://a/b?c=%20 HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n",
			"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005 \r\n\r\nhello",
			"POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH:5\r\n\r\nhello", CHUNKED + "0\r\n\r\n",
			CHUNKED + "5\r\nhello\r\nA;x=\"y z\";z\r\n0123456789\r\n0\r\nTrailer: a\r\n\r\n",
			CHUNKED + "5 ;x\r\nhello\r\n000\r\n\r\n" })
	void whatHasOneMeaningPassesWholeAndOctetByOctet(String request) {
		assertThat(read(request + request)).isZero();
		assertThat(this.framing.cleared()).isEqualTo(2L * request.length());
		assertThat(this.framing.heads()).isEqualTo(2);
		Http1Framing drip = new Http1Framing(8192, 100, true);
		ByteBuffer octets = octets(request + request);
		for (int index = 0; index < octets.limit(); index++) {
			assertThat(drip.read(octets, index, index + 1)).isEqualTo(index + 1);
		}
		assertThat(drip.status()).isZero();
		assertThat(drip.cleared()).isEqualTo(octets.limit());
	}

	@ParameterizedTest
	@ValueSource(strings = { "\r\n" + HEAD + "\r\n", "\n", " GET / HTTP/1.1\r\n", "GET  / HTTP/1.1\r\n", "GET /\r\n",
			"GET / \r\n", "GET / HTTP/1.1 \r\n", "GET / http/1.1\r\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\r\n",
			"GET\t/ HTTP/1.1\r\n", "G(T / HTTP/1.1\r\n", "GET /\u00e9 HTTP/1.1\r\n", "GET /\0 HTTP/1.1\r\n",
			"GET /#a HTTP/1.1\r\n", "GET / HTTP/11\r\n", "GET / HTTP/1.10\r\n", HEAD + " X: a\r\n\r\n",
			HEAD + "X : a\r\n\r\n", HEAD + ": a\r\n\r\n", HEAD + "X\r\n\r\n", HEAD + "X\0: a\r\n\r\n",
			HEAD + "X: a\0\r\n\r\n", HEAD + "X: a\rb\r\n\r\n", HEAD + "X: a\nY: b\r\n\r\n", HEAD + "X: a\r\n b\r\n\r\n",
			HEAD + "X: \u007f\r\n\r\n", HEAD + "X\u00e9: a\r\n\r\n", HEAD + "\n", HEAD + "\rX",
			HEAD + "Host: b\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", HEAD + "Content-Length: +5\r\n\r\n",
			HEAD + "Content-Length: -5\r\n\r\n", HEAD + "Content-Length: 5 5\r\n\r\n",
			HEAD + "Content-Length: 5, 5\r\n\r\n", HEAD + "Content-Length:\r\n\r\n",
			HEAD + "Content-Length: 0x5\r\n\r\n", HEAD + "Content-Length: 9999999999999999999\r\n\r\n",
			HEAD + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
			HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
			HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
			HEAD + "Transfer-Encoding: \u000bchunked\r\n\r\n",
			"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" })
	void aHeadThatHasTwoMeaningsIsRefused(String head) {
		assertThat(read(head)).isEqualTo(400);
		assertThat(this.framing.cleared()).isZero();
		assertThat(this.framing.isContentRefused()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "xchunked", "gzip, chunked", "chunked, identity", "identity", "chunked, chunked", "",
			"chunked;q=1", "\"chunked\"" })
	void otherCodingsAreNotImplemented(String coding) {
		assertThat(read(HEAD + "Transfer-Encoding: " + coding + "\r\n\r\n")).isEqualTo(501);
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0" })
	void otherVersionsAreNotSupported(String version) {
		assertThat(read("GET / " + version + "\r\n")).isEqualTo(505);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\r\n", "x\r\n", "0x5\r\n", "-5\r\n", "5\n", "5\r\r", "5 \r\n", "5 x\r\n", ";x\r\n",
			"5;\0\r\n", "5;x\ny\r\n", "0000000000000005\r\n", "5\r\nhellox", "5\r\nhello\n", "5\r\nhello\rx",
			"0\r\n X: a\r\n", "0\r\nContent-Length: 5\r\n\r\n", "0\r\nTransfer-Encoding: chunked\r\n\r\n",
			"0\r\nHost: b\r\n\r\n", "0\r\n\n" })
	void contentThatHasTwoMeaningsIsRefused(String content) {
		assertThat(read(CHUNKED + content)).isEqualTo(400);
		assertThat(this.framing.isContentRefused()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "100000000", "100000005", "ffffffffffffffff", "10000000000000005" })
	void aChunkOfMoreThan4GbIsTooLarge(String size) {
		assertThat(read(CHUNKED + size + "\r\n")).isEqualTo(413);
		assertThat(this.framing.isContentRefused()).isTrue();
	}

	@Test
	void aChunkOf4GbIsNot() {
		assertThat(read(CHUNKED + "0ffffffff\r\n")).isZero();
	}

	@Test
	void whatIsNotCompleteIsNotCleared() {
		read(HEAD);
		assertThat(this.framing.cleared()).isZero();
		read("Transfer-Encoding: chunked\r\n\r\n5;x");
		int head = HEAD.length() + "Transfer-Encoding: chunked\r\n\r\n".length();
		assertThat(this.framing.cleared()).isEqualTo(head);
		read("=y\r\nhel");
		assertThat(this.framing.cleared()).isEqualTo(head + "5;x=y\r\nhel".length());
		read("lo\r\n0\r\nX: a\r\n");
		assertThat(this.framing.cleared()).isEqualTo(head + "5;x=y\r\nhello\r\n".length());
		read("\r\n");
		assertThat(this.framing.cleared()).isEqualTo(head + "5;x=y\r\nhello\r\n0\r\nX: a\r\n\r\n".length());
	}

	@ParameterizedTest
	@CsvSource({ "8192, 0", "8193, 431" })
	void aHeadHasALimit(int length, int status) {
		String head = HEAD + "X: " + "x".repeat(length - HEAD.length() - "X: \r\n\r\n".length()) + "\r\n\r\n";
		assertThat(read(head)).isEqualTo(status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /", HEAD + "X", HEAD + "X: ", HEAD + "Host" })
	void nothingIsReadAfterTheOctetThatIsTooMuch(String head) {
		ByteBuffer octets = octets(head + "x".repeat(10_000));
		assertThat(this.framing.read(octets, 0, octets.limit())).isEqualTo(8193);
		assertThat(this.framing.status()).isNotZero();
	}

	@Test
	void aTargetHasALimitOfItsOwnName() {
		assertThat(read("GET /" + "x".repeat(8192))).isEqualTo(414);
	}

	@ParameterizedTest
	@CsvSource({ "99, 0", "100, 431" })
	void fieldsHaveALimit(int more, int status) {
		assertThat(read(HEAD + "X: y\r\n".repeat(more) + "\r\n")).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({ "4000, 0", "4096, 400" })
	void theLineBeforeAChunkHasALimit(int extension, int status) {
		assertThat(read(CHUNKED + "5;" + "x".repeat(extension) + "\r\nhello\r\n")).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({ "8000, 0", "8192, 431" })
	void trailersHaveALimit(int length, int status) {
		assertThat(read(CHUNKED + "0\r\nX: " + "x".repeat(length) + "\r\n\r\n")).isEqualTo(status);
	}

	@Test
	void linesWithoutDataHaveALimitInAll() {
		String chunk = "1;" + "x".repeat(100) + "\r\na\r\n";
		assertThat(read(CHUNKED + chunk.repeat(100))).isZero();
		assertThat(read(chunk.repeat(100))).isEqualTo(400);
	}

	@Test
	void signedChunksMayGoOnForEver() {
		String chunk = "10000;chunk-signature=" + "a".repeat(64) + "\r\n" + "x".repeat(0x10000) + "\r\n";
		read(CHUNKED);
		for (int count = 0; count < 1000; count++) {
			assertThat(read(chunk)).isZero();
		}
	}

	@Test
	void chunksOfOneOctetMayGoOnForEver() {
		read(CHUNKED);
		assertThat(read("1\r\na\r\n".repeat(100_000))).isZero();
	}

	@Test
	void thePrefaceOfHttp2IsKnown() {
		ByteBuffer octets = octets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
		assertThat(this.framing.read(octets, 0, octets.limit())).isEqualTo("PRI * HTTP/2.0\r\n".length());
		assertThat(this.framing.isHttp2()).isTrue();
	}

	@Test
	void thePrefaceOfHttp2ComesFirstOrNotAtAll() {
		assertThat(read(HEAD + "\r\nPRI * HTTP/2.0\r\n")).isEqualTo(505);
		assertThat(this.framing.isHttp2()).isFalse();
	}

	@Test
	void withTlsHttp2IsAgreedOnInTheHandshake() {
		ByteBuffer octets = octets("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
		Http1Framing tls = new Http1Framing(8192, 100, false);
		tls.read(octets, 0, octets.limit());
		assertThat(tls.status()).isEqualTo(505);
	}

	private int read(String text) {
		ByteBuffer octets = octets(text);
		this.framing.read(octets, 0, octets.limit());
		return this.framing.status();
	}

	private static ByteBuffer octets(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
	}

}
