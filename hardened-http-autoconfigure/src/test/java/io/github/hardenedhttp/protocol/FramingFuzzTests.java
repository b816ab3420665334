package io.github.hardenedhttp.protocol;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.BadRequestException;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random requests for {@link Http1Framing} and for Undertow's own parser: what is cleared
 * is read by Undertow to the same octet, and with the same length of its content, or
 * refused by it. The long form is {@code -Dfuzz.inputs=10000000}.
 */
class FramingFuzzTests {

	private static final int INPUTS = Integer.getInteger("fuzz.inputs", 100_000);

	private static final String[] LINES = { "GET / HTTP/1.1\r\n", "POST /a?b=c HTTP/1.1\r\n", "GET / HTTP/1.0\r\n",
			"PUT http://a/b HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", "Host: a\r\n", "Host:\r\n",
			"Content-Length: 5\r\n", "content-length:0\r\n", "Transfer-Encoding: chunked\r\n",
			"transfer-encoding:\tCHUNKED \r\n", "Transfer-Encoding: gzip\r\n", "X-Y: z\r\n", "Cookie: a=b; c=d\r\n",
			"Expect: 100-continue\r\n", "Connection: close, Content-Length\r\n", "\r\n", "hello", "5\r\nhello\r\n",
			"0\r\n\r\n", "5;x=\"y\"\r\nhello\r\n", "0\r\nX: y\r\n\r\n" };

	private static final String MUTATIONS = "\r\n\t :;,=\"/?#%\0\u000b\u007f\u00850aAzZHx-_";

	private final Random random = new Random(Long.getLong("fuzz.seed", 1));

	private final UndertowsParser parser = new UndertowsParser();

	@Test
	void whatIsClearedHasOneMeaning() {
		long cleared = 0;
		long refused = 0;
		for (int count = 0; count < INPUTS; count++) {
			byte[] input = input();
			ByteBuffer octets = ByteBuffer.wrap(input);
			Http1Framing whole = new Http1Framing(8192, 100, true);
			whole.read(octets, 0, input.length);
			Http1Framing pieces = readInPieces(octets);
			assertThat(pieces.status()).as(() -> show(input)).isEqualTo(whole.status());
			assertThat(pieces.cleared()).as(() -> show(input)).isEqualTo(whole.cleared());
			cleared += whole.heads();
			refused += (whole.status() != 0) ? 1 : 0;
			if (whole.heads() > 0) {
				compare(input);
			}
		}
		System.out.printf("%d inputs, %d heads cleared, %d inputs refused%n", INPUTS, cleared, refused);
		assertThat(cleared).isGreaterThan(INPUTS / 10);
		assertThat(refused).isGreaterThan(INPUTS / 10);
	}

	private Http1Framing readInPieces(ByteBuffer octets) {
		Http1Framing framing = new Http1Framing(8192, 100, true);
		int from = 0;
		while (from < octets.limit() && framing.status() == 0) {
			int to = Math.min(octets.limit(), from + 1 + this.random.nextInt(20));
			framing.read(octets, from, to);
			from = to;
		}
		return framing;
	}

	private void compare(byte[] input) {
		int head = endOfFirstHead(input);
		ByteBuffer octets = ByteBuffer.wrap(input);
		HttpServerExchange exchange = new HttpServerExchange(null);
		Boolean complete = this.parser.parse(octets, exchange);
		if (complete == null) {
			return;
		}
		assertThat(complete).as(() -> show(input)).isTrue();
		assertThat(octets.position()).as(() -> show(input)).isEqualTo(head);
		String coding = exchange.getRequestHeaders().getFirst(Headers.TRANSFER_ENCODING);
		String text = new String(input, 0, head, StandardCharsets.ISO_8859_1).toLowerCase();
		assertThat(coding != null).as(() -> show(input)).isEqualTo(text.contains("\r\ntransfer-encoding:"));
		assertThat(exchange.getRequestHeaders().contains(Headers.CONTENT_LENGTH)).as(() -> show(input))
			.isEqualTo(text.contains("\r\ncontent-length:"));
		if (coding != null) {
			assertThat(coding).as(() -> show(input)).isEqualToIgnoringCase("chunked");
		}
	}

	private static int endOfFirstHead(byte[] input) {
		Http1Framing framing = new Http1Framing(8192, 100, true);
		ByteBuffer octets = ByteBuffer.wrap(input);
		int index = 0;
		while (framing.heads() == 0) {
			framing.read(octets, index, index + 1);
			index++;
		}
		return index;
	}

	private byte[] input() {
		StringBuilder text = new StringBuilder();
		for (int requests = 1 + this.random.nextInt(2); requests > 0; requests--) {
			text.append(LINES[this.random.nextInt(5)]);
			text.append((this.random.nextInt(10) > 0) ? "Host: a\r\n" : "");
			for (int lines = this.random.nextInt(4); lines > 0; lines--) {
				text.append(LINES[this.random.nextInt(LINES.length)]);
			}
			text.append("\r\n");
			for (int lines = this.random.nextInt(3); lines > 0; lines--) {
				text.append(LINES[16 + this.random.nextInt(LINES.length - 16)]);
			}
		}
		for (int mutations = this.random.nextInt(3); mutations > 0; mutations--) {
			mutate(text);
		}
		return text.toString().getBytes(StandardCharsets.ISO_8859_1);
	}

	private void mutate(StringBuilder text) {
		int index = this.random.nextInt(text.length());
		char other = MUTATIONS.charAt(this.random.nextInt(MUTATIONS.length()));
		switch (this.random.nextInt(4)) {
			case 0 -> text.insert(index, other);
			case 1 -> text.setCharAt(index, other);
			case 2 -> text.deleteCharAt(index);
			default -> text.insert(index, text.substring(index, Math.min(text.length(), index + 8)));
		}
	}

	private static String show(byte[] input) {
		return new String(input, StandardCharsets.ISO_8859_1).replace("\r", "\\r").replace("\n", "\\n\n");
	}

	/**
	 * It is package-private since 2.3.25.
	 */
	private static final class UndertowsParser {

		private final Object parser;

		private final Method handle;

		private final Constructor<?> newState;

		private final Method isComplete;

		UndertowsParser() {
			try {
				Class<?> parserType = Class.forName("io.undertow.server.protocol.http.RequestParser");
				Class<?> stateType = Class.forName("io.undertow.server.protocol.http.RequestState");
				Method instance = parserType.getDeclaredMethod("instance", OptionMap.class);
				instance.setAccessible(true);
				this.parser = instance.invoke(null, OptionMap.EMPTY);
				this.handle = parserType.getDeclaredMethod("handle", ByteBuffer.class, stateType,
						HttpServerExchange.class);
				this.newState = stateType.getDeclaredConstructor();
				this.isComplete = stateType.getDeclaredMethod("isComplete");
				this.handle.setAccessible(true);
				this.newState.setAccessible(true);
				this.isComplete.setAccessible(true);
			}
			catch (ReflectiveOperationException ex) {
				throw new AssertionError(ex);
			}
		}

		/**
		 * Reads one head.
		 * @return whether it was complete, or {@code null} if it was refused
		 */
		@Nullable Boolean parse(ByteBuffer octets, HttpServerExchange exchange) {
			try {
				Object state = this.newState.newInstance();
				this.handle.invoke(this.parser, octets, state, exchange);
				return (Boolean) this.isComplete.invoke(state);
			}
			catch (InvocationTargetException ex) {
				assertThat(ex.getCause()).isInstanceOfAny(BadRequestException.class, IllegalArgumentException.class);
				return null;
			}
			catch (ReflectiveOperationException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
