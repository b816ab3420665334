package io.github.hardenedhttp.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.hardenedhttp.testsupport.RawExchange;

/**
 * Some frames and what has to become of them. A line in capitals begins a frame,
 * {@code | } is a field and {@code ! } raw bytes of its payload. {@code = } is the body
 * that the application must have seen.
 *
 * @param source where it comes from
 * @param expectation what has to happen
 * @param frames the bytes of each frame
 * @param bare whether preface and SETTINGS are among them
 */
record Http2Entry(CorpusEntry source, Http2Expectation expectation, List<byte[]> frames, boolean bare) {

	private static final String PREFACE = "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n";

	static List<Http2Entry> all() {
		return CorpusEntry.read("http2").stream().map(Http2Entry::of).toList();
	}

	private static Http2Entry of(CorpusEntry source) {
		List<byte[]> frames = new ArrayList<>();
		boolean bare = source.lines().contains("BARE");
		List<String> head = null;
		ByteArrayOutputStream payload = new ByteArrayOutputStream();
		String body = null;
		for (String line : source.lines()) {
			String text = CorpusEntry.unmarked(line);
			switch (line.charAt(0)) {
				case '|' -> payload.writeBytes(field(text));
				case '!' -> payload.writeBytes(RawText.bytes(text));
				case '=' -> body = new String(RawText.bytes(text), StandardCharsets.ISO_8859_1);
				default -> {
					add(frames, head, payload);
					head = List.of(line.split(" "));
				}
			}
		}
		add(frames, head, payload);
		return new Http2Entry(source, Http2Expectation.parse(source.expectation(), body), frames, bare);
	}

	private static byte[] field(String text) {
		int colon = text.indexOf(": ", 1);
		String name = text.substring(0, (colon > 0) ? colon : text.length() - 1);
		String value = (colon > 0) ? text.substring(colon + 2) : "";
		return Http2Frame.literal(RawText.bytes(name), RawText.bytes(value));
	}

	private static void add(List<byte[]> frames, List<String> head, ByteArrayOutputStream payload) {
		if (head != null && !head.get(0).equals("BARE")) {
			frames.add(bytes(head, payload.toByteArray()));
		}
		payload.reset();
	}

	private static byte[] bytes(List<String> head, byte[] payload) {
		String type = head.get(0);
		if (type.equals("RAW")) {
			return payload;
		}
		int stream = Integer.parseInt(head.get(1));
		if (type.equals("GET") || type.equals("POST")) {
			int end = type.equals("GET") ? Http2Frame.flag("END_STREAM") : 0;
			return request(type, "/first", end, stream, payload);
		}
		int flags = head.stream().skip(2).mapToInt(Http2Frame::flag).sum();
		int number = Http2Frame.TYPES.indexOf(type);
		return new Http2Frame((number >= 0) ? number : Integer.parseInt(type), flags, stream, payload).bytes();
	}

	private static byte[] request(String method, String path, int flags, int stream, byte[] more) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		block.writeBytes(field(":method: " + method));
		block.writeBytes(field(":scheme: https"));
		block.writeBytes(field(":authority: localhost"));
		block.writeBytes(field(":path: " + path));
		block.writeBytes(more);
		return new Http2Frame(Http2Frame.TYPES.indexOf("HEADERS"), flags | Http2Frame.flag("END_HEADERS"), stream,
				block.toByteArray())
			.bytes();
	}

	/**
	 * Sends it in several ways, with a second request behind it.
	 * @param port the port on the loopback interface
	 * @return what is wrong with the first wrong answer
	 */
	Optional<String> verdict(int port) {
		List<byte[]> pieces = new ArrayList<>();
		if (!this.bare) {
			pieces.add(RawText.bytes(PREFACE));
			pieces.add(new Http2Frame(Http2Frame.TYPES.indexOf("SETTINGS"), 0, 0, new byte[0]).bytes());
		}
		pieces.addAll(this.frames);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		pieces.forEach(bytes::writeBytes);
		byte[] second = request("GET", "/second", Http2Frame.flag("END_STREAM"), Http2Expectation.SECOND, new byte[0]);
		List<Delivery> deliveries = new ArrayList<>(Delivery.of(bytes.toByteArray(), second));
		pieces.add(second);
		deliveries.add(1, new Delivery("frame by frame", pieces, Duration.ofMillis(2)));
		return deliveries.stream().map((delivery) -> verdict(port, delivery)).flatMap(Optional::stream).findFirst();
	}

	private Optional<String> verdict(int port, Delivery delivery) {
		RawExchange exchange = RawExchange.with(port, "h2", delivery.pieces(), delivery.pause(),
				(received) -> this.expectation.isDecided(Http2Frame.parse(received)));
		return this.expectation.wrong(Http2Frame.parse(exchange.received()), exchange.ending())
			.map((wrong) -> "Sent " + delivery.name() + ": expected [" + this.source.expectation() + "], but " + wrong);
	}

	@Override
	public String toString() {
		return this.source.toString();
	}

}
