package io.github.hardenedhttp.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hardenedhttp.testsupport.SlowClient;
import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;
import io.undertow.util.HttpString;

/**
 * What has to become of some frames with a second request behind them: {@code 200},
 * {@code reset PROTOCOL_ERROR|400}, {@code goaway COMPRESSION_ERROR}, {@code close}.
 *
 * @param outcomes what may happen
 * @param stream the stream to look at
 * @param body the body of its response, {@code null} for any
 */
record Http2Expectation(List<String> outcomes, int stream, String body) {

	static final int SECOND = 101;

	private static final Pattern FORM = Pattern.compile("(.+?)(?: on (\\d+))?");

	static Http2Expectation parse(String text, String body) {
		Matcher form = FORM.matcher(text);
		if (!form.matches()) {
			throw new IllegalArgumentException("Not an expectation: [" + text + "]");
		}
		return new Http2Expectation(List.of(form.group(1).split("\\|")),
				(form.group(2) != null) ? Integer.parseInt(form.group(2)) : 1, body);
	}

	/**
	 * Whether nothing more can be expected on a connection that stays open.
	 * @param frames all frames up to now
	 * @return whether the streams are at their end
	 */
	boolean isDecided(List<Http2Frame> frames) {
		boolean streamEnds = this.outcomes.stream()
			.anyMatch((outcome) -> !outcome.startsWith("goaway") && !outcome.equals("close"));
		return frames.stream().noneMatch((frame) -> frame.is("GOAWAY"))
				&& frames.stream().anyMatch((frame) -> frame.isEndOf(SECOND))
				&& (!streamEnds || frames.stream().anyMatch((frame) -> frame.isEndOf(this.stream)));
	}

	Optional<String> wrong(List<Http2Frame> frames, SlowClient.Ending ending) {
		List<Responses.Response> responses = Responses.of(frames);
		String outcome = outcome(frames, responses, ending);
		String seen = "; seen " + responses + " in " + frames + ", then " + ending;
		if (this.outcomes.stream().noneMatch((allowed) -> matches(allowed, outcome))) {
			return Optional.of("it was: " + outcome + seen);
		}
		boolean over = outcome.startsWith("goaway") || outcome.equals("close");
		List<Responses.Response> second = responses.stream().filter((response) -> response.stream() == SECOND).toList();
		if (over && ending == SlowClient.Ending.NONE) {
			return Optional.of("the connection stays open" + seen);
		}
		if (over && !second.isEmpty()) {
			return Optional.of("the second request has an answer" + seen);
		}
		if (!over && (second.size() != 1 || !second.get(0).isWhole("second"))) {
			return Optional.of("the second request has no answer, or not its own" + seen);
		}
		boolean bodyIsWrong = this.body != null && responses.stream()
			.noneMatch((response) -> response.stream() == this.stream && response.isWhole(this.body));
		return bodyIsWrong ? Optional.of("the application has seen another body" + seen) : Optional.empty();
	}

	private String outcome(List<Http2Frame> frames, List<Responses.Response> responses, SlowClient.Ending ending) {
		return frames.stream()
			.filter((frame) -> frame.is("GOAWAY"))
			.map((frame) -> "goaway " + frame.error())
			.findFirst()
			.or(() -> responses.stream()
				.filter((response) -> response.stream() == this.stream && response.ended())
				.map((response) -> Integer.toString(response.status()))
				.findFirst())
			.or(() -> frames.stream()
				.filter((frame) -> frame.is("RST_STREAM") && frame.stream() == this.stream)
				.map((frame) -> "reset " + frame.error())
				.findFirst())
			.orElse((ending == SlowClient.Ending.NONE) ? "nothing" : "close");
	}

	private static boolean matches(String allowed, String outcome) {
		return allowed.equals(outcome) || allowed.endsWith("xx") && outcome.matches(allowed.charAt(0) + "\\d\\d");
	}

	/**
	 * Puts responses together.
	 */
	private static final class Responses {

		private Responses() {
		}

		static List<Response> of(List<Http2Frame> frames) {
			HpackDecoder decoder = new HpackDecoder();
			return frames.stream()
				.filter((frame) -> frame.is("HEADERS"))
				.map((frame) -> new Response(frame.stream(), status(decoder, frame), body(frames, frame.stream()),
						frames.stream().anyMatch((each) -> !each.is("RST_STREAM") && each.isEndOf(frame.stream()))))
				.filter((response) -> response.status() >= 200)
				.toList();
		}

		private static int status(HpackDecoder decoder, Http2Frame frame) {
			String[] status = new String[1];
			decoder.setHeaderEmitter((HttpString name, String value, boolean neverIndex) -> {
				if (name.toString().equals(":status")) {
					status[0] = value;
				}
			});
			try {
				decoder.decode(ByteBuffer.wrap(frame.payload()), false);
			}
			catch (HpackException ex) {
				throw new IllegalStateException(ex);
			}
			return Integer.parseInt(status[0]);
		}

		private static String body(List<Http2Frame> frames, int stream) {
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			frames.stream()
				.filter((frame) -> frame.is("DATA") && frame.stream() == stream)
				.forEach((frame) -> body.writeBytes(frame.payload()));
			return body.toString(StandardCharsets.ISO_8859_1);
		}

		private record Response(int stream, int status, String body, boolean ended) {

			boolean isWhole(String expected) {
				return this.ended && this.status == 200 && this.body.equals(expected);
			}

		}

	}

}
