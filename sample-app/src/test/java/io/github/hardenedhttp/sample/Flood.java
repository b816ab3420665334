package io.github.hardenedhttp.sample;

import java.util.function.IntFunction;

/**
 * The ways to give an HTTP/2 server work for nothing. Each says what is sent over and
 * over; {@link Flooders} do it.
 */
enum Flood {

	/**
	 * Asks, and takes it back (CVE-2023-44487).
	 */
	RAPID_RESET(Script
		.repeats((i) -> Frames.concat(Frames.get(Flood.stream(i), "/hello"), Frames.cancel(Flood.stream(i))))),

	/**
	 * Asks with a body to come, and takes it back.
	 */
	RAPID_RESET_OF_BODIES(Script
		.repeats((i) -> Frames.concat(Frames.post(Flood.stream(i), "/echo", 1000), Frames.cancel(Flood.stream(i))))),

	/**
	 * Asks, and makes the server take it back: a window that grows by nothing
	 * (CVE-2025-8671).
	 */
	MADE_YOU_RESET_BY_ZERO_WINDOW(Script
		.repeats((i) -> Frames.concat(Frames.get(Flood.stream(i), "/hello"), Frames.windowUpdate(Flood.stream(i), 0)))),

	/**
	 * Asks, and makes the server take it back: a stream that depends on itself.
	 */
	MADE_YOU_RESET_BY_PRIORITY(Script.repeats((i) -> Frames.concat(Frames.get(Flood.stream(i), "/hello"),
			Frames.priority(Flood.stream(i), Flood.stream(i))))),

	/**
	 * Asks, and makes the server take it back: a window beyond the largest.
	 */
	MADE_YOU_RESET_BY_LARGE_WINDOW(Script.repeats((i) -> Frames.concat(Frames.post(Flood.stream(i), "/echo", 1000),
			Frames.windowUpdate(Flood.stream(i), Integer.MAX_VALUE)))),

	/**
	 * PING, each of which is answered.
	 */
	PING(Script.repeats((i) -> Frames.ping())),

	/**
	 * SETTINGS, each of which is answered.
	 */
	SETTINGS(Script.repeats((i) -> Frames.settings())),

	/**
	 * The window of the connection, opened by one byte.
	 */
	WINDOW_UPDATE_OF_CONNECTION(Script.repeats((i) -> Frames.windowUpdate(0, 1))),

	/**
	 * The window of a stream, opened by one byte, that nothing is sent on.
	 */
	WINDOW_UPDATE_OF_STREAM(Script.repeats((i) -> Frames.windowUpdate(1, 1)).opensWith(Frames.post(1, "/echo", 1000))),

	/**
	 * Priorities of streams that do not exist.
	 */
	PRIORITY(Script.repeats((i) -> Frames.priority(Flood.stream(i % 1000), 0))),

	/**
	 * A body of no bytes in many parts.
	 */
	EMPTY_DATA(Script.repeats((i) -> Frames.frame(Frames.DATA, 0, 1)).opensWith(Frames.post(1, "/echo", 1000))),

	/**
	 * A body of which each byte has a frame of its own. It is a body all the same, and a
	 * telephone that sends what is typed does no better: it is to do no harm, that is
	 * all.
	 */
	ONE_BYTE_DATA(
			Script.repeats((i) -> Frames.data(1, 1)).opensWith(Frames.post(1, "/length", 10 * 1024 * 1024)).mayLive()),

	/**
	 * A header block that goes on with nothing.
	 */
	EMPTY_CONTINUATION(
			Script.repeats((i) -> Frames.frame(Frames.CONTINUATION, 0, 1)).opensWith(Frames.unendingHeaders(1))),

	/**
	 * Frames of a type nobody knows.
	 */
	UNKNOWN_TYPE(Script.repeats((i) -> Frames.frame(66, 0, 0, new byte[8]))),

	/**
	 * 32 MB of header in 8 KB. Undertow ends the connection at the first that is larger
	 * than a header may be; with which code does not matter.
	 */
	HPACK_BOMB(Script.repeats((i) -> Frames.bomb(Flood.stream(i), i == 0)).atRate(50).endsWith(Ending.GOAWAY)),

	/**
	 * 1,000 streams open at once, whatever the server has said.
	 */
	TOO_MANY_STREAMS(
			Script.repeats((i) -> Frames.post(Flood.stream(i), "/echo", 1000)).atMost(1000).endsWith(Ending.REFUSAL)),

	/**
	 * One request after the other on one connection, for ever. That is no attack, and yet
	 * the connection is to end.
	 */
	STREAMS_IN_SEQUENCE(Script.repeats((i) -> Frames.get(Flood.stream(i), "/hello"))
		.atRate(600)
		.waitingFor(1)
		.atMost(10_000)
		.endsWith(Ending.GOODBYE)),

	/**
	 * The same, but the next request is always there before the last is answered.
	 */
	STREAMS_THAT_OVERLAP(Script.repeats((i) -> Frames.get(Flood.stream(i), "/hello"))
		.atRate(600)
		.waitingFor(8)
		.atMost(10_000)
		.mayLive()),

	/**
	 * Asks for answers and takes none.
	 */
	ANSWERS_UNREAD(Script.repeats((i) -> Frames.concat(Frames.ping(), Frames.settings()))
		.atRate(10_000)
		.readsNothing()
		.endsWith(Ending.CUT));

	private final Script script;

	Flood(Script script) {
		this.script = script;
	}

	Script script() {
		return this.script;
	}

	private static int stream(int index) {
		return 1 + 2 * index;
	}

	/**
	 * What a connection is to end with.
	 */
	enum Ending {

		/**
		 * GOAWAY with ENHANCE_YOUR_CALM.
		 */
		CALM,

		/**
		 * GOAWAY with whatever code.
		 */
		GOAWAY,

		/**
		 * GOAWAY without an error.
		 */
		GOODBYE,

		/**
		 * As {@link #CALM}, or every stream too many is refused.
		 */
		REFUSAL,

		/**
		 * Somehow: nobody reads what is said.
		 */
		CUT,

		/**
		 * It need not end.
		 */
		NONE

	}

	/**
	 * What is done.
	 *
	 * @param opening what comes once, after the preface
	 * @param event what comes over and over
	 * @param rate events a second on each connection
	 * @param limit the most events on a connection
	 * @param outstanding how many requests may wait for an answer
	 * @param reading whether answers are read
	 * @param ending what it is to end with
	 */
	record Script(byte[] opening, IntFunction<byte[]> event, int rate, int limit, int outstanding, boolean reading,
			Ending ending) {

		static Script repeats(IntFunction<byte[]> event) {
			return new Script(new byte[0], event, 2500, Integer.MAX_VALUE, Integer.MAX_VALUE, true, Ending.CALM);
		}

		/**
		 * How much the server need not take.
		 * @return a number of events on one connection: those of a second, or the
		 * requests it carries at most and some more
		 */
		int enough() {
			return (this.ending == Ending.GOODBYE) ? 1100 : Math.min(this.rate, this.limit);
		}

		Script opensWith(byte[] bytes) {
			return new Script(bytes, this.event, this.rate, this.limit, this.outstanding, this.reading, this.ending);
		}

		Script atRate(int events) {
			return new Script(this.opening, this.event, events, this.limit, this.outstanding, this.reading,
					this.ending);
		}

		Script atMost(int events) {
			return new Script(this.opening, this.event, this.rate, events, this.outstanding, this.reading, this.ending);
		}

		Script waitingFor(int requests) {
			return new Script(this.opening, this.event, this.rate, this.limit, requests, this.reading, this.ending);
		}

		Script readsNothing() {
			return new Script(this.opening, this.event, this.rate, this.limit, this.outstanding, false, this.ending);
		}

		Script mayLive() {
			return endsWith(Ending.NONE);
		}

		Script endsWith(Ending how) {
			return new Script(this.opening, this.event, this.rate, this.limit, this.outstanding, this.reading, how);
		}

	}

}
