package io.github.hardenedhttp.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes written as text: UTF-8, with {@code \r \n \t \0 \\}, {@code \s} for a space and
 * <code>&#92;xNN</code> for any byte. <code>{text*90}</code> is the text 90 times, with
 * {@code %d} for 0 to 89.
 */
final class RawText {

	private static final Pattern REPETITION = Pattern.compile("\\{([^{}]*)\\*(\\d+)\\}");

	private RawText() {
	}

	static byte[] bytes(String text) {
		byte[] repeated = repeat(text).getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(repeated.length);
		for (int at = 0; at < repeated.length; at++) {
			if (repeated[at] != '\\') {
				bytes.write(repeated[at]);
				continue;
			}
			char escape = (char) repeated[++at];
			switch (escape) {
				case 'r' -> bytes.write('\r');
				case 'n' -> bytes.write('\n');
				case 't' -> bytes.write('\t');
				case 's' -> bytes.write(' ');
				case '0' -> bytes.write(0);
				case '\\' -> bytes.write('\\');
				case 'x' -> {
					bytes.write(Integer.parseInt(new String(repeated, at + 1, 2, StandardCharsets.US_ASCII), 16));
					at += 2;
				}
				default -> throw new IllegalArgumentException("Unknown escape \\" + escape + " in: " + text);
			}
		}
		return bytes.toByteArray();
	}

	private static String repeat(String text) {
		Matcher matcher = REPETITION.matcher(text);
		StringBuilder repeated = new StringBuilder();
		int end = 0;
		while (matcher.find()) {
			repeated.append(text, end, matcher.start());
			int times = Integer.parseInt(matcher.group(2));
			for (int number = 0; number < times; number++) {
				repeated.append(matcher.group(1).replace("%d", Integer.toString(number)));
			}
			end = matcher.end();
		}
		return repeated.append(text, end, text.length()).toString();
	}

}
