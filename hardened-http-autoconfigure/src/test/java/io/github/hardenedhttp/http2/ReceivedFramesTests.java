package io.github.hardenedhttp.http2;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.undertow.util.HttpString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReceivedFrames}, {@link HeaderBlocks}, {@link SentFrames},
 * {@link FrameBudget}, {@link UnfinishedRequests} and {@link TrailerFields}.
 */
class ReceivedFramesTests {

	private static final int PING = 6;

	private static final int PRIORITY = 2;

	private static final int UNKNOWN = 99;

	private static final int BEGUN = 24 + FrameHeader.LENGTH;

	// Of the static table (RFC 7541, appendix A).
	private static final byte[] FIELDS = { (byte) 0x82, (byte) 0x84, (byte) 0x86, (byte) 0x87 };

	private static final int RATE = 10;

	private static final int TABLE = 4096;

	private static final int FRAME = 16_384;

	private static final int BURST = RATE * FrameBudget.BURST_SECONDS;

	private final FrameBudget budget = new FrameBudget(RATE, 0);

	private final OpenStreams streams = new OpenStreams(100);

	private final UnfinishedRequests requests = new UnfinishedRequests(2);

	private final ReceivedFrames frames = new ReceivedFrames(24, this.budget, this.streams, this.requests,
			new HeaderBlockReader(8192, 200, 50, TABLE), FRAME);

	private final SentFrames sent = new SentFrames(this.budget, this.streams, this.requests);

	private long now;

	ReceivedFramesTests() {
		read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes());
		read(frame(FrameHeader.SETTINGS, 0, 0, 0));
		this.now = Duration.ofSeconds(1).toNanos();
	}

	@Test
	void framesAreClearedAsTheyCome() {
		byte[] frame = frame(FrameHeader.DATA, 0, 1, 100);
		assertThat(read(frame, 0, 8).cleared()).isEqualTo(BEGUN);
		assertThat(read(frame, 8, 9).cleared()).isEqualTo(BEGUN + 9);
		assertThat(read(frame, 9, 50).cleared()).isEqualTo(BEGUN + 50);
		assertThat(read(frame, 50, 109).cleared()).isEqualTo(BEGUN + 109);
		assertThat(this.frames.rewriteFrom()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void aHeaderBlockIsClearedWhenItIsComplete() {
		byte[] frame = frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, 1, 100);
		assertThat(read(frame, 0, 50).cleared()).isEqualTo(BEGUN);
		assertThat(read(frame, 50, 109).cleared()).isEqualTo(BEGUN + 109);
		assertThat(this.frames.rewriteFrom()).isEqualTo(Long.MAX_VALUE);
		assertThat(this.streams.last()).isEqualTo(1);
	}

	@Test
	void aHeaderBlockOfSeveralFramesIsClearedWhenItIsComplete() {
		read(frame(FrameHeader.HEADERS, 0, 3, 100));
		assertThat(this.frames.cleared()).isEqualTo(BEGUN);
		read(frame(FrameHeader.CONTINUATION, 0, 3, 50));
		assertThat(this.frames.cleared()).isEqualTo(BEGUN);
		read(frame(FrameHeader.CONTINUATION, FrameHeader.END_HEADERS, 3, 0));
		assertThat(this.frames.cleared()).isEqualTo(BEGUN + 109 + 59 + 9);
		assertThat(this.frames.rewriteFrom()).isEqualTo(BEGUN);
	}

	@ParameterizedTest
	@CsvSource({ "6, 3", "9, 5", "1, 3" })
	void aBlockIsNotInterrupted(int type, int stream) {
		read(frame(FrameHeader.HEADERS, 0, 3, 100));
		read(frame(type, 0, stream, 8));
		assertThat(this.frames.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
		assertThat(this.frames.cleared()).isEqualTo(BEGUN);
	}

	@Test
	void aBlockHasALimit() {
		ReceivedFrames some = new ReceivedFrames(0, this.budget, this.streams, this.requests,
				new HeaderBlockReader(1_000_000, 1_000_000, 1_000_000, TABLE), FRAME);
		for (byte[] frame : List.of(frame(FrameHeader.SETTINGS, 0, 0, 0), frame(FrameHeader.HEADERS, 0, 3, 16_000),
				frame(FrameHeader.CONTINUATION, 0, 3, 300))) {
			some.read(ByteBuffer.wrap(frame), 0, frame.length, this.now);
			assertThat(some.error()).isZero();
		}
		byte[] last = frame(FrameHeader.CONTINUATION, FrameHeader.END_HEADERS, 3, 100);
		some.read(ByteBuffer.wrap(last), 0, last.length, this.now);
		assertThat(some.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@ParameterizedTest
	@CsvSource({ "24,PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n,0,24", "8,\\r\\nSM\\r\\n\\r\\n,0,8",
			"24,GET / HTTP/1.1\\r\\n,1,0", "24,PRI * HTTP/2.1,1,13", "8,\\r\\nXX,1,2" })
	void theClientBeginsWithThePreface(int left, String said, int error, int cleared) {
		for (int length : List.of(1, 24)) {
			ReceivedFrames some = new ReceivedFrames(left, this.budget, this.streams, this.requests,
					new HeaderBlockReader(8192, 200, 50, TABLE), FRAME);
			byte[] octets = said.translateEscapes().getBytes();
			for (int from = 0; from < octets.length; from += length) {
				some.read(ByteBuffer.wrap(octets), from, Math.min(from + length, octets.length), this.now);
			}
			assertThat(some.error()).isEqualTo(error);
			assertThat(some.cleared()).isEqualTo(cleared);
		}
	}

	@Test
	void theFirstFrameIsSettings() {
		ReceivedFrames some = new ReceivedFrames(0, this.budget, this.streams, this.requests,
				new HeaderBlockReader(8192, 200, 50, TABLE), FRAME);
		byte[] ping = frame(PING, 0, 0, 8);
		some.read(ByteBuffer.wrap(ping), 0, ping.length, this.now);
		assertThat(some.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0, 16384, 0", "0, 0, 16385, 6", "4, 1, 6, 6", "4, 1, 0, 0" })
	void framesHaveALength(int type, int flags, int length, int error) {
		read(frame(type, flags, 0, length));
		assertThat(this.frames.error()).isEqualTo(error);
	}

	@Test
	void aFieldThatDoesNotExistIsAnError() {
		byte[] frame = frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, 1, 1);
		frame[9] = (byte) 0xFE;
		read(frame);
		assertThat(this.frames.error()).isEqualTo(Http2Error.COMPRESSION_ERROR);
		assertThat(this.frames.cleared()).isEqualTo(BEGUN);
	}

	@ParameterizedTest
	@CsvSource({ ":path, /a%20b%C3%A4, 0", ":path, /%zz, 1", ":path, /%, 1", ":path, /%2, 1", "content-length, 5, 0",
			"content-length, abc, 1", "content-length, +5, 1", "content-length, '', 1",
			"content-length, 9999999999999999999, 1", "x, %zz, 0", ":authority, a:443, 0", ":authority, u@a, 1",
			":authority, a/b, 1", "host, a, 0", "host, a?b, 1" })
	void fieldsUndertowStumblesOverAreErrors(String name, String value, int error) {
		read(block(FrameHeader.END_HEADERS, name, value, 1));
		assertThat(this.frames.error()).isEqualTo(error);
	}

	@ParameterizedTest
	@CsvSource({ ":authority, a, host, A, 0", ":authority, a, host, b, 1", "host, b, :authority, a, 1",
			":authority, a, :authority, a, 1", "host, a, host, a, 1" })
	void thereIsOneHost(String one, String its, String other, String others, int error) {
		byte[] first = block(0, one, its, 1);
		byte[] second = block(FrameHeader.END_HEADERS, other, others, 1);
		second[3] = FrameHeader.CONTINUATION;
		read(first);
		read(second);
		assertThat(this.frames.error()).isEqualTo(error);
	}

	@ParameterizedTest
	@CsvSource({ "0, 5, 0", "1, 5, 1", "1, 0, 0" })
	void contentThatDoesNotFollowIsAnError(int endStream, String length, int error) {
		read(block(FrameHeader.END_HEADERS | endStream, "content-length", length, 1));
		assertThat(this.frames.error()).isEqualTo(error);
	}

	@ParameterizedTest
	@CsvSource({ "x-test, a b, 0", ":path, /, 1", "x-test, 'a\r', 1", "x-test, 'a\n', 1", "x-test, 'a\0', 1",
			"X-Test, a, 1", "x test, a, 1", "x:test, a, 1" })
	void trailersAreJudgedHereForUndertowDoesNot(String name, String value, int error) {
		assertThat(trailer(name, value)).isEqualTo(error);
	}

	@ParameterizedTest
	@ValueSource(strings = { "host", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip",
			"transfer-encoding", "content-length", "content-type", "content-encoding", "content-range",
			"content-disposition", "connection", "keep-alive", "upgrade", "trailer", "te", "proxy-connection", "expect",
			"range", "if-match", "if-range", "max-forwards", "cache-control", "pragma", "authorization",
			"proxy-authorization", "cookie", "accept", "accept-encoding", "origin", "access-control-request-method",
			"sec-fetch-site", "x-http-method-override" })
	void whatIsJudgedWithTheHeadIsNoTrailer(String name) {
		assertThat(trailer(name, "1")).isEqualTo(Http2Error.PROTOCOL_ERROR);
	}

	@ParameterizedTest
	@ValueSource(strings = { "content-digest", "repr-digest", "digest", "content-md5", "x-test", "server-timing",
			"grpc-status", "contents", "accent", "iffy", "x-forwarded" })
	void digestsAndNamesNobodyKnowsAreTrailers(String name) {
		assertThat(trailer(name, "1")).isZero();
	}

	private int trailer(String name, String value) {
		read(block(FrameHeader.END_HEADERS, "x", "y", 1));
		read(block(FrameHeader.END_HEADERS | FrameHeader.END_STREAM, name, value, 1));
		return this.frames.error();
	}

	@Test
	void aTrailerReplacesNothing() {
		read(block(FrameHeader.END_HEADERS, "x-user", "y", 40));
		read(block(FrameHeader.END_HEADERS, "x-users", "y", 40, 3));
		read(block(FrameHeader.END_HEADERS | FrameHeader.END_STREAM, "x-user", "z", 1, 3));
		assertThat(this.frames.error()).isZero();
		read(block(FrameHeader.END_HEADERS | FrameHeader.END_STREAM, "x-user", "z", 1));
		assertThat(this.frames.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
	}

	@Test
	void aSecondHeaderBlockEndsTheStream() {
		read(block(FrameHeader.END_HEADERS, "x", "y", 1));
		read(block(FrameHeader.END_HEADERS, "x-test", "z", 1));
		assertThat(this.frames.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 5", "3, 0" })
	void aRequestThatIsOverHasNoTrailers(int type, int flags) {
		read(block(FrameHeader.END_HEADERS, "x", "y", 1));
		read((type == FrameHeader.HEADERS) ? block(flags, "x-test", "z", 1) : frame(type, flags, 1, 4));
		assertThat(this.frames.error()).isZero();
		read(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS | FrameHeader.END_STREAM, 1, 0));
		assertThat(this.frames.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
	}

	/**
	 * What a client has on its way when it gets an answer is no fault of its own.
	 */
	@ParameterizedTest
	@CsvSource({ "0, 1", "3, 0" })
	void aRequestThatWasAnsweredMayStillHaveTrailers(int type, int flags) {
		read(block(FrameHeader.END_HEADERS, "x", "y", 1));
		byte[] end = frame(type, flags, 1, 4);
		this.sent.read(ByteBuffer.wrap(end), 0, end.length, this.now);
		read(block(FrameHeader.END_HEADERS | FrameHeader.END_STREAM, "x-test", "z", 1));
		assertThat(this.frames.error()).isZero();
	}

	/**
	 * However many there are of the others.
	 */
	@Test
	void aRequestThatIsWorkedOnMayHaveTrailersAndIsJudgedByItsNames() {
		read(block(FrameHeader.END_HEADERS, "x", "y", 1, 1));
		read(block(FrameHeader.END_HEADERS, "x", "y", 1, 3));
		for (int stream = 5; stream < 1000; stream += 2) {
			read(block(FrameHeader.END_HEADERS, "x", "y", 1, stream));
			byte[] end = frame(FrameHeader.DATA, FrameHeader.END_STREAM, stream, 4);
			this.sent.read(ByteBuffer.wrap(end), 0, end.length, this.now);
		}
		read(block(FrameHeader.END_HEADERS | FrameHeader.END_STREAM, "x-test", "z", 1, 1));
		assertThat(this.frames.error()).isZero();
		read(block(FrameHeader.END_HEADERS | FrameHeader.END_STREAM, "x", "z", 1, 3));
		assertThat(this.frames.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
	}

	@Test
	void ofAnsweredRequestsOnlyTheLatestAreRememberedAndNoNames() {
		FieldNames names = new FieldNames();
		names.add(new HttpString("x"));
		for (int stream = 1; stream < 1000; stream += 2) {
			this.requests.begin(stream, names);
			this.requests.answered(stream);
		}
		assertThat(this.requests.end(995)).isNull();
		FieldNames left = this.requests.end(997);
		assertThat(left).isNotNull();
		assertThat(left.contains(new HttpString("x"))).isFalse();
		assertThat(this.requests.end(997)).isNull();
		assertThat(this.requests.end(999)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "200, 1, 0", "201, 1, 11", "80, 60, 0", "80, 80, 11" })
	void fieldsHaveALimit(int count, int length, int error) {
		read(block(FrameHeader.END_HEADERS, "x", "y".repeat(length), count));
		assertThat(this.frames.error()).isEqualTo(error);
	}

	@ParameterizedTest
	@CsvSource({ "50, 0", "51, 11" })
	void crumbsOfCookiesHaveALimitOfTheirOwn(int count, int error) {
		byte[] fields = block(0, "x", "y", 160);
		byte[] crumbs = block(FrameHeader.END_HEADERS, "cookie", "c=1", count);
		crumbs[3] = FrameHeader.CONTINUATION;
		read(fields);
		read(crumbs);
		assertThat(this.frames.error()).isEqualTo(error);
	}

	@Test
	void streamsHaveALimit() {
		read(frame(FrameHeader.SETTINGS, FrameHeader.ACK, 0, 0));
		for (int stream = 1; stream < 200; stream += 2) {
			read(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, stream, 4));
		}
		assertThat(this.frames.error()).isZero();
		read(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, 201, 4));
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void aClientThatKnowsOfNoLimitMayHaveTwiceAsMany() {
		for (int stream = 1; stream < 400; stream += 2) {
			read(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, stream, 4));
		}
		assertThat(this.frames.error()).isZero();
		read(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, 401, 4));
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@ParameterizedTest
	@CsvSource({ "0, 1, true", "1, 5, true", "3, 0, true", "3, 0, false" })
	void streamsThatEndMakeRoom(int type, int flags, boolean byServer) {
		read(frame(FrameHeader.SETTINGS, FrameHeader.ACK, 0, 0));
		for (int stream = 1; stream < 20_000; stream += 2) {
			read(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, stream, 4));
			read(block(FrameHeader.END_HEADERS | FrameHeader.END_STREAM, "x", "y", 1, stream));
			byte[] end = frame(type, flags, stream, 4);
			if (byServer) {
				this.sent.read(ByteBuffer.wrap(end), 0, end.length, this.now);
			}
			else {
				read(end);
			}
			this.now += Duration.ofSeconds(1).toNanos();
		}
		assertThat(this.frames.error()).isZero();
	}

	@Test
	void padsAndPrioritiesAreNoFields() {
		byte[] frame = frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS | FrameHeader.PADDED | FrameHeader.PRIORITY,
				1, 20);
		frame[9] = 4;
		Arrays.fill(frame, 10, 15, (byte) 0xFF);
		Arrays.fill(frame, 25, 29, (byte) 0xFF);
		for (int from = 0; from < frame.length; from++) {
			read(frame, from, from + 1);
		}
		assertThat(this.frames.error()).isZero();
		assertThat(this.frames.cleared()).isEqualTo(BEGUN + frame.length);
		frame[8] = 3;
		frame[9] = 16;
		assertThat(read(frame).error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
	}

	private static byte[] block(int flags, String name, String value, int count) {
		return block(flags, name, value, count, 1);
	}

	private static byte[] block(int flags, String name, String value, int count, int stream) {
		ByteArrayOutputStream fields = new ByteArrayOutputStream();
		for (int field = 0; field < count; field++) {
			fields.write(0);
			fields.write(name.length());
			fields.writeBytes(name.getBytes());
			fields.write(value.length());
			fields.writeBytes(value.getBytes());
		}
		byte[] frame = frame(FrameHeader.HEADERS, flags, stream, fields.size());
		System.arraycopy(fields.toByteArray(), 0, frame, 9, fields.size());
		return frame;
	}

	@ParameterizedTest
	@CsvSource({ "6, 0, 8", "4, 0, 0", "4, 1, 0", "2, 0, 5", "8, 0, 4", "0, 0, 0", "99, 0, 0", "5, 0, 0" })
	void framesThatCarryNothingAreCounted(int type, int flags, int length) {
		byte[] frame = frame(type, flags, 1, length);
		for (int count = 0; count < BURST; count++) {
			read(frame);
		}
		assertThat(this.frames.error()).isZero();
		read(frame);
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void paddingIsNothing() {
		byte[] frame = frame(FrameHeader.DATA, FrameHeader.PADDED, 1, 10);
		frame[9] = 9;
		for (int count = 0; count <= BURST; count++) {
			read(frame);
		}
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void dataAndRequestsCostNothing() {
		byte[] data = frame(FrameHeader.DATA, 0, 1, 1);
		byte[] padded = frame(FrameHeader.DATA, FrameHeader.PADDED, 1, 10);
		padded[9] = 8;
		byte[] end = frame(FrameHeader.DATA, FrameHeader.END_STREAM, 1, 0);
		for (int count = 0; count < 10 * BURST; count++) {
			int stream = 1 + 2 * count;
			read(block(FrameHeader.END_HEADERS, "x", "y", 1, stream));
			read(data);
			read(padded);
			read(end);
			this.streams.close(stream);
		}
		assertThat(this.frames.error()).isZero();
	}

	@Test
	void aLongFrameOfNoMeaningCostsMore() {
		read(frame(UNKNOWN, 0, 0, 64 * BURST));
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void theRateMayGoOnForEver() {
		byte[] frame = frame(PING, 0, 0, 8);
		for (int second = 0; second < 1000; second++) {
			for (int count = 0; count < RATE; count++) {
				read(frame);
			}
			this.now += Duration.ofSeconds(1).toNanos();
		}
		assertThat(this.frames.error()).isZero();
	}

	@Test
	void aLittleMoreThanTheRateIsFoundOut() {
		byte[] frame = frame(PRIORITY, 0, 1, 5);
		int count = 0;
		while (this.frames.error() == 0 && count < 100_000) {
			this.now += Duration.ofSeconds(1).toNanos() / (RATE + 1);
			read(frame);
			count++;
		}
		assertThat(count).isBetween(BURST, 20 * BURST);
	}

	@Test
	void whatWasSentMayBeAcknowledged() {
		byte[] data = frame(FrameHeader.DATA, 0, 1, 16_384);
		byte[] update = frame(FrameHeader.WINDOW_UPDATE, 0, 1, 4);
		for (int count = 0; count < BURST; count++) {
			this.sent.read(ByteBuffer.wrap(data), 0, data.length, this.now);
		}
		for (int count = 0; count < 18 * BURST; count++) {
			read(update);
		}
		assertThat(this.frames.error()).isZero();
		for (int count = 0; count <= BURST; count++) {
			read(update);
		}
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void resetsCostMore() {
		byte[] reset = frame(FrameHeader.RST_STREAM, 0, 1, 4);
		for (int count = 0; count < BURST / FrameBudget.RESET; count++) {
			read(reset);
		}
		assertThat(this.frames.error()).isZero();
		read(reset);
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void whatIsTakenBackInTheSameBreathCostsMost() {
		int most = BURST / FrameBudget.RAPID_RESET;
		for (int count = 0; count < most; count++) {
			read(askAndTakeBack(1 + 2 * count));
		}
		assertThat(this.frames.error()).isZero();
		read(askAndTakeBack(1 + 2 * most));
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void aPageThatIsLeftTakesItsRequestsBack() {
		int pictures = BURST / FrameBudget.RESET;
		for (int count = 0; count < pictures; count++) {
			read(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, 1 + 2 * count, 0));
		}
		byte[][] resets = new byte[pictures][];
		for (int count = 0; count < pictures; count++) {
			resets[count] = frame(FrameHeader.RST_STREAM, 0, 1 + 2 * count, 4);
		}
		read(concat(resets));
		assertThat(this.frames.error()).isZero();
	}

	private static byte[] askAndTakeBack(int stream) {
		return concat(frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS, stream, 0),
				frame(FrameHeader.RST_STREAM, 0, stream, 4));
	}

	@Test
	void resetsByTheServerCountToo() {
		byte[] reset = frame(FrameHeader.RST_STREAM, 0, 1, 4);
		for (int count = 0; count < BURST / FrameBudget.RESET; count++) {
			this.sent.read(ByteBuffer.wrap(reset), 0, reset.length, this.now);
		}
		assertThat(this.sent.isBetweenFrames()).isTrue();
		assertThat(this.frames.error()).isZero();
		read(frame(FrameHeader.RST_STREAM, 0, 1, 4));
		assertThat(this.frames.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
	}

	@Test
	void blocksAreJoinedAndPaddingIsLeftOut() {
		byte[] padded = frame(FrameHeader.HEADERS, FrameHeader.PADDED | FrameHeader.END_STREAM, 5, 13);
		padded[9] = 2;
		byte[] joined = join(padded, frame(FrameHeader.CONTINUATION, 0, 5, 3),
				frame(FrameHeader.CONTINUATION, FrameHeader.END_HEADERS, 5, 4), frame(PING, 0, 0, 8),
				new byte[] { 0, 0 });
		byte[] expected = concat(
				frame(FrameHeader.HEADERS, FrameHeader.END_HEADERS | FrameHeader.END_STREAM, 5, 10 + 3 + 4),
				frame(PING, 0, 0, 8), new byte[] { 0, 0 });
		System.arraycopy(padded, 10, expected, 9, 10);
		System.arraycopy(frame(0, 0, 0, 3), 9, expected, 19, 3);
		System.arraycopy(frame(0, 0, 0, 4), 9, expected, 22, 4);
		assertThat(joined).isEqualTo(expected);
	}

	@Test
	void paddingLongerThanTheFrameIsLeftToTheServer() {
		byte[] padded = frame(FrameHeader.HEADERS, FrameHeader.PADDED, 5, 3);
		padded[9] = 3;
		byte[] end = frame(FrameHeader.CONTINUATION, FrameHeader.END_HEADERS, 5, 4);
		assertThat(join(padded, end)).isEqualTo(concat(padded, end));
	}

	@Test
	void whateverComesNothingIsThrown() {
		Random random = new Random(42);
		for (int round = 0; round < 200_000; round++) {
			byte[] noise = new byte[random.nextInt(60)];
			random.nextBytes(noise);
			for (int index = 0; index < noise.length; index += 1 + random.nextInt(12)) {
				noise[index] = (byte) random.nextInt(10);
			}
			ReceivedFrames some = new ReceivedFrames(0, new FrameBudget(RATE, 0), new OpenStreams(100),
					new UnfinishedRequests(2), new HeaderBlockReader(8192, 200, 50, TABLE), FRAME);
			ByteBuffer octets = ByteBuffer.wrap(noise);
			int split = random.nextInt(noise.length + 1);
			some.read(octets, 0, split, 0);
			long before = some.cleared();
			some.read(octets, split, noise.length, 0);
			assertThat(some.cleared()).isBetween(before, (long) noise.length);
			assertThat(HeaderBlocks.join(octets, 0, noise.length)).isBetween(0, noise.length);
		}
	}

	private static byte[] join(byte[]... frames) {
		byte[] all = concat(frames);
		ByteBuffer octets = ByteBuffer.wrap(all);
		int end = HeaderBlocks.join(octets, 0, all.length);
		byte[] joined = new byte[end];
		octets.get(0, joined);
		return joined;
	}

	private static byte[] concat(byte[]... frames) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] frame : frames) {
			all.writeBytes(frame);
		}
		return all.toByteArray();
	}

	private static byte[] frame(int type, int flags, int stream, int length) {
		ByteBuffer frame = ByteBuffer.allocate(9 + length);
		frame.put((byte) (length >> 16)).putShort((short) length).put((byte) type).put((byte) flags).putInt(stream);
		for (int index = 0; index < length; index++) {
			frame.put(FIELDS[index % FIELDS.length]);
		}
		return frame.array();
	}

	private ReceivedFrames read(byte[] octets) {
		return read(octets, 0, octets.length);
	}

	private ReceivedFrames read(byte[] octets, int from, int to) {
		this.frames.read(ByteBuffer.wrap(octets), from, to, this.now);
		return this.frames;
	}

}
