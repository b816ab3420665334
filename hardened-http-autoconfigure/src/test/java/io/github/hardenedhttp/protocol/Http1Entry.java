package io.github.hardenedhttp.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import io.github.hardenedhttp.testsupport.RawExchange;
import io.github.hardenedhttp.testsupport.SlowClient;

/**
 * A raw request and what has to become of it. {@code | } marks the lines of the request;
 * each ends with CR LF unless its last character is a backslash. {@code = } is the body
 * that the application must have seen. <code>{scheme}</code> is that of the server.
 *
 * @param source where it comes from
 * @param expectation what has to happen
 */
record Http1Entry(CorpusEntry source, Http1Expectation expectation) {

	private static final byte[] SECOND = "GET /second HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
		.getBytes(StandardCharsets.US_ASCII);

	static List<Http1Entry> all() {
		return CorpusEntry.read("http1").stream().map(Http1Entry::of).toList();
	}

	private static Http1Entry of(CorpusEntry source) {
		String body = source.lines()
			.stream()
			.filter((line) -> line.startsWith("="))
			.map((line) -> new String(RawText.bytes(CorpusEntry.unmarked(line)), StandardCharsets.ISO_8859_1))
			.findFirst()
			.orElse(null);
		return new Http1Entry(source, Http1Expectation.parse(source.expectation(), body));
	}

	byte[] bytes(boolean tls) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (String line : this.source.lines()) {
			if (line.startsWith("|")) {
				String text = CorpusEntry.unmarked(line).replace("{scheme}", tls ? "https" : "http");
				boolean open = text.endsWith("\\") && !text.endsWith("\\\\");
				bytes.writeBytes(RawText.bytes(open ? text.substring(0, text.length() - 1) : text + "\\r\\n"));
			}
		}
		return bytes.toByteArray();
	}

	/**
	 * Sends it in several ways, with a second request behind it.
	 * @param port the port on the loopback interface
	 * @param tls whether the port speaks TLS
	 * @return what is wrong with the first wrong answer
	 */
	Optional<String> verdict(int port, boolean tls) {
		byte[] bytes = bytes(tls);
		boolean head = new String(bytes, StandardCharsets.ISO_8859_1).startsWith("HEAD ");
		return Delivery.of(bytes, SECOND)
			.stream()
			.map((delivery) -> verdict(port, tls, head, delivery))
			.flatMap(Optional::stream)
			.findFirst();
	}

	private Optional<String> verdict(int port, boolean tls, boolean head, Delivery delivery) {
		RawExchange exchange = RawExchange.with(port, tls ? "http/1.1" : null, delivery.pieces(), delivery.pause(),
				(received) -> false);
		return wrong(exchange, head)
			.map((wrong) -> "Sent " + delivery.name() + ": expected [" + this.source.expectation() + "], but " + wrong);
	}

	private Optional<String> wrong(RawExchange exchange, boolean head) {
		try {
			List<Http1Response> responses = Http1Response.parse(exchange.received(), head);
			List<Http1Response> answers = responses.stream().filter((response) -> !response.isInterim()).toList();
			String seen = "; seen " + responses + ", then " + describe(exchange.ending());
			if (exchange.ending() == SlowClient.Ending.NONE) {
				return Optional.of("the connection stays open" + seen);
			}
			return this.expectation.wrong(answers).map((wrong) -> wrong + seen);
		}
		catch (IllegalArgumentException ex) {
			return Optional
				.of("the response is malformed: " + ex.getMessage() + ", then " + describe(exchange.ending()));
		}
	}

	private static String describe(SlowClient.Ending ending) {
		return switch (ending) {
			case END_OF_STREAM -> "closed";
			case RESET -> "reset";
			case NONE -> "nothing";
		};
	}

	@Override
	public String toString() {
		return this.source.toString();
	}

}
