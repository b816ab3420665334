package io.github.hardenedhttp.sample;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The ways to keep a server waiting. Each says how it begins and what it does every
 * second after that; {@link Attackers} do it.
 */
enum Attack {

	/**
	 * Connects, and says nothing.
	 */
	SILENT_CONNECT(Script.tcp().endsWithin(Phase.HANDSHAKE)),

	/**
	 * Half of a TLS client hello.
	 */
	HALF_CLIENT_HELLO(Script.tcp().greets(Attack.clientHello(0, 80)).endsWithin(Phase.HANDSHAKE)),

	/**
	 * A TLS client hello, a byte a second.
	 */
	CLIENT_HELLO_DRIPPED(Script.tcp()
		.greets(Attack.clientHello(0, 1))
		.everySecond((second, stream) -> Attack.clientHello(second, 1))
		.endsWithin(Phase.HANDSHAKE)),

	/**
	 * TLS, and then nothing.
	 */
	HANDSHAKE_THEN_SILENCE(Script.http1().endsWithin(Phase.READ_HEADER)),

	/**
	 * Half a head.
	 */
	HEADER_STALLED(Script.http1().asks("GET /hello HTTP/1.1\r\nHost: local").endsWithin(Phase.READ_HEADER)),

	/**
	 * A head without end, a byte a second.
	 */
	HEADER_DRIPPED(Script.http1()
		.asks("GET /hello HTTP/1.1\r\nHost: localhost\r\nX: ")
		.everySecond((second, stream) -> Attack.text("x"))
		.endsWithin(Phase.READ_HEADER)),

	/**
	 * 10 bytes of a body of 1,000, which is small enough to be waited for without a
	 * worker.
	 */
	SMALL_BODY_STALLED(Script.http1().asks(Attack.post("/echo", 1000) + "0123456789").endsWithin(Phase.READ)),

	/**
	 * 70 KB of a body of 200 KB, which has a worker by then.
	 */
	LARGE_BODY_STALLED(
			Script.http1().asks(Attack.post("/length", 200 * 1024) + "x".repeat(70 * 1024)).endsWithin(Phase.READ)),

	/**
	 * A small body, a byte a second.
	 */
	SMALL_BODY_DRIPPED(Script.http1()
		.asks(Attack.post("/echo", 1000))
		.everySecond((second, stream) -> Attack.text("x"))
		.endsWithin(Phase.READ)),

	/**
	 * A large body, a byte a second after the first 70 KB.
	 */
	LARGE_BODY_DRIPPED(Script.http1()
		.asks(Attack.post("/length", 200 * 1024) + "x".repeat(70 * 1024))
		.everySecond((second, stream) -> Attack.text("x"))
		.endsWithin(Phase.READ)),

	/**
	 * Asks for 10 MB and reads nothing of them.
	 */
	READER_STALLED(Script.http1().asks(Attack.get("/large")).reads(Reading.NOTHING).endsWithin(Phase.WRITE)),

	/**
	 * Asks for 10 MB and reads 100 bytes a second.
	 */
	READER_DRIPPED(Script.http1().asks(Attack.get("/large")).reads(Reading.DRIP).endsWithin(Phase.WRITE)),

	/**
	 * Asks for 1 KB and reads nothing of it: the kernels take it.
	 */
	UNREAD_1_KB(Script.http1().asks(Attack.get("/large?kilobytes=1")).reads(Reading.NOTHING).endsWithin(Phase.IDLE)),

	/**
	 * Asks for 20 KB and reads nothing of them.
	 */
	UNREAD_20_KB(Script.http1().asks(Attack.get("/large?kilobytes=20")).reads(Reading.NOTHING).endsWithin(Phase.IDLE)),

	/**
	 * Asks for 100 KB and reads nothing of them.
	 */
	UNREAD_100_KB(
			Script.http1().asks(Attack.get("/large?kilobytes=100")).reads(Reading.NOTHING).endsWithin(Phase.IDLE)),

	/**
	 * Asks for 300 KB and reads nothing of them.
	 */
	UNREAD_300_KB(
			Script.http1().asks(Attack.get("/large?kilobytes=300")).reads(Reading.NOTHING).endsWithin(Phase.IDLE)),

	/**
	 * Asks once, takes the answer, and keeps the connection.
	 */
	IDLE_CONNECTION(Script.http1().asks(Attack.get("/hello")).endsWithin(Phase.IDLE)),

	/**
	 * The HTTP/2 preface, and then nothing.
	 */
	H2_PREFACE_ONLY(Script.http2().endsWithin(Phase.READ_HEADER)),

	/**
	 * A header block that does not go on.
	 */
	H2_HALF_HEADER_BLOCK(Script.http2().opens(Frames::openHeaders).endsWithin(Phase.READ_HEADER)),

	/**
	 * A header block that goes on by a byte a second.
	 */
	H2_CONTINUATION_DRIPPED(Script.http2()
		.opens(Frames::openHeaders)
		.everySecond((second, stream) -> Frames.frame(Frames.CONTINUATION, 0, stream, (byte) 'x'))
		.endsWithin(Phase.READ_HEADER)),

	/**
	 * 10 bytes of a body of 1,000.
	 */
	H2_SMALL_BODY_STALLED(Script.http2()
		.opens((stream) -> Frames.concat(Frames.post(stream, "/echo", 1000), Frames.data(stream, 10)))
		.endsWithin(Phase.READ)),

	/**
	 * 70 KB of a body of 200 KB, of which the last 10 KB come when the first have been
	 * read.
	 */
	H2_LARGE_BODY_STALLED(Script.http2()
		.opens((stream) -> Frames.concat(Frames.post(stream, "/length", 200 * 1024), Frames.data(stream, 60 * 1024)))
		.everySecond((second, stream) -> (second == 1) ? Frames.data(stream, 10 * 1024) : new byte[0])
		.endsWithin(Phase.READ)),

	/**
	 * A small body, a byte a second.
	 */
	H2_SMALL_BODY_DRIPPED(Script.http2()
		.opens((stream) -> Frames.post(stream, "/echo", 1000))
		.everySecond((second, stream) -> Frames.data(stream, 1))
		.endsWithin(Phase.READ)),

	/**
	 * Asks for 5 bytes with a window of none.
	 */
	H2_ZERO_WINDOW_SMALL(Script.http2(0).opens((stream) -> Frames.get(stream, "/hello")).endsWithin(Phase.WRITE)),

	/**
	 * Asks for 10 MB with a window of none.
	 */
	H2_ZERO_WINDOW_LARGE(Script.http2(0).opens((stream) -> Frames.get(stream, "/large")).endsWithin(Phase.WRITE)),

	/**
	 * Opens the window by a byte a second.
	 */
	H2_WINDOW_DRIPPED(Script.http2(0)
		.opens((stream) -> Frames.get(stream, "/large"))
		.everySecond((second, stream) -> Frames.windowUpdate(stream, 1))
		.endsWithin(Phase.WRITE)),

	/**
	 * The windows are wide open, but nothing is read.
	 */
	H2_READER_STALLED(Script.http2(Integer.MAX_VALUE)
		.opens((stream) -> Frames.concat(Frames.windowUpdate(0, 1 << 30), Frames.get(stream, "/large")))
		.reads(Reading.NOTHING)
		.endsWithin(Phase.WRITE)),

	/**
	 * Asks once, and then sends a PING every second.
	 */
	H2_IDLE_WITH_PING(Script.http2()
		.opens((stream) -> Frames.get(stream, "/hello"))
		.everySecond((second, stream) -> Frames.ping())
		.endsWithin(Phase.IDLE)),

	/**
	 * 100 bodies at once on one connection, each at a byte a second.
	 */
	H2_HUNDRED_BODIES_DRIPPED(Script.http2()
		.opens((first) -> Attack.hundred(first, (stream) -> Frames.post(stream, "/echo", 1000)))
		.everySecond((second, first) -> Attack.hundred(first, (stream) -> Frames.data(stream, 1)))
		.endsWithin(Phase.READ));

	private final Script script;

	Attack(Script script) {
		this.script = script;
	}

	Script script() {
		return this.script;
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private static String get(String path) {
		return "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
	}

	private static String post(String path, int length) {
		return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
			.formatted(path, length);
	}

	/**
	 * A client hello of TLS 1.3 without meaning, but well-formed as far as it goes.
	 */
	private static byte[] clientHello(int from, int count) {
		byte[] hello = HexFormat.of()
			.parseHex("1603010200010001fc0303" + "5a".repeat(32) + "20" + "a5".repeat(32) + "0002130101000100");
		int start = Math.min(from, hello.length);
		return Arrays.copyOfRange(hello, start, Math.min(start + count, hello.length));
	}

	private static byte[] hundred(int first, IntFunction<byte[]> frames) {
		return Frames
			.concat(IntStream.range(0, 100).mapToObj((i) -> frames.apply(first + 2 * i)).toArray(byte[][]::new));
	}

	/**
	 * What an attack ends with at the latest, with the default configuration.
	 */
	enum Phase {

		/**
		 * Until TLS is agreed on.
		 */
		HANDSHAKE(10),

		/**
		 * Until the head of a request is there.
		 */
		READ_HEADER(10),

		/**
		 * Waiting for a body. A second more, in which bodies come.
		 */
		READ(6),

		/**
		 * Waiting for a client to read.
		 */
		WRITE(10),

		/**
		 * Waiting for nothing. Only the long form has the time to see it end.
		 */
		IDLE(120);

		private final Duration limit;

		Phase(int seconds) {
			this.limit = Duration.ofSeconds(seconds);
		}

		Duration limit() {
			return this.limit;
		}

	}

	/**
	 * How the attacker takes what the server sends.
	 */
	enum Reading {

		/**
		 * As everybody does.
		 */
		ALL,

		/**
		 * 100 bytes a second, from a small buffer.
		 */
		DRIP,

		/**
		 * Not at all, and the buffer is small.
		 */
		NOTHING

	}

	/**
	 * What is spoken.
	 */
	enum Layer {

		/**
		 * Nothing but bytes.
		 */
		TCP(""),

		/**
		 * HTTP/1.1 over TLS.
		 */
		HTTP_1("http/1.1"),

		/**
		 * HTTP/2 over TLS.
		 */
		HTTP_2("h2");

		private final String applicationProtocol;

		Layer(String applicationProtocol) {
			this.applicationProtocol = applicationProtocol;
		}

		String applicationProtocol() {
			return this.applicationProtocol;
		}

	}

	/**
	 * The bytes of one second.
	 */
	@FunctionalInterface
	interface Drip {

		/**
		 * What is sent.
		 * @param second seconds since the beginning, from 1
		 * @param stream the HTTP/2 stream
		 * @return the bytes, maybe none
		 */
		byte[] at(int second, int stream);

	}

	/**
	 * What an attacker does.
	 *
	 * @param layer what is spoken
	 * @param greeting what comes first, once for each connection
	 * @param opening what comes then, for HTTP/2 once more on a new stream when the first
	 * was reset
	 * @param drip what comes every second
	 * @param reading how answers are taken
	 * @param phase what ends it
	 */
	record Script(Layer layer, byte[] greeting, IntFunction<byte[]> opening, Drip drip, Reading reading, Phase phase) {

		static Script tcp() {
			return of(Layer.TCP, new byte[0]);
		}

		static Script http1() {
			return of(Layer.HTTP_1, new byte[0]);
		}

		static Script http2() {
			return http2(65_535);
		}

		static Script http2(int window) {
			return of(Layer.HTTP_2, Frames.preface(window));
		}

		private static Script of(Layer layer, byte[] greeting) {
			return new Script(layer, greeting, (stream) -> new byte[0], (second, stream) -> new byte[0], Reading.ALL,
					Phase.IDLE);
		}

		Script greets(byte[] bytes) {
			return new Script(this.layer, bytes, this.opening, this.drip, this.reading, this.phase);
		}

		Script asks(String request) {
			return opens((stream) -> text(request));
		}

		Script opens(IntFunction<byte[]> bytes) {
			return new Script(this.layer, this.greeting, bytes, this.drip, this.reading, this.phase);
		}

		Script everySecond(Drip bytes) {
			return new Script(this.layer, this.greeting, this.opening, bytes, this.reading, this.phase);
		}

		Script reads(Reading how) {
			return new Script(this.layer, this.greeting, this.opening, this.drip, how, this.phase);
		}

		Script endsWithin(Phase limit) {
			return new Script(this.layer, this.greeting, this.opening, this.drip, this.reading, limit);
		}

	}

}
