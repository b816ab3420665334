package io.github.hardenedhttp.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response as a strict client reads it (RFC 9112): nothing is repaired.
 *
 * @param minor the minor version
 * @param status the status
 * @param headers the headers, names in lower case
 * @param body the body
 */
record Http1Response(String minor, int status, Map<String, String> headers, String body) {

	private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.([01]) ([1-5]\\d\\d) [ -~]*");

	private static final Pattern FIELD_LINE = Pattern
		.compile("([-!#$%&'*+.^_`|~0-9A-Za-z]+):[ \\t]*([ -~\\t\\x80-\\xff]*?)[ \\t]*");

	boolean isInterim() {
		return this.status < 200;
	}

	boolean isLast() {
		String persistence = this.headers.getOrDefault("connection", this.minor.equals("0") ? "close" : "keep-alive");
		return persistence.equalsIgnoreCase("close");
	}

	/**
	 * Takes apart what a server has sent on a connection.
	 * @param bytes all of it
	 * @param head whether the first request was HEAD
	 * @return the responses
	 * @throws IllegalArgumentException if there is anything but whole responses
	 */
	static List<Http1Response> parse(byte[] bytes, boolean head) {
		Reader reader = new Reader(new String(bytes, StandardCharsets.ISO_8859_1));
		List<Http1Response> responses = new ArrayList<>();
		boolean bodiless = head;
		while (!reader.isAtEnd()) {
			Http1Response response = parse(reader, bodiless);
			responses.add(response);
			bodiless = bodiless && response.isInterim();
		}
		return responses;
	}

	private static Http1Response parse(Reader reader, boolean bodiless) {
		Matcher status = reader.line(STATUS_LINE);
		Map<String, String> headers = new TreeMap<>();
		while (!reader.isAtEmptyLine()) {
			Matcher field = reader.line(FIELD_LINE);
			headers.merge(field.group(1).toLowerCase(Locale.ROOT), field.group(2), (one, other) -> one + ", " + other);
		}
		int code = Integer.parseInt(status.group(2));
		boolean none = bodiless || code < 200 || code == 204 || code == 304;
		Http1Response response = new Http1Response(status.group(1), code, headers, "");
		return none ? response
				: new Http1Response(response.minor(), code, headers, body(reader, headers, response.isLast()));
	}

	private static String body(Reader reader, Map<String, String> headers, boolean last) {
		String length = headers.get("content-length");
		String coding = headers.get("transfer-encoding");
		if (length != null && coding != null) {
			throw new IllegalArgumentException("two framings: " + headers);
		}
		if (length != null) {
			return reader.take(Integer.parseInt(length));
		}
		if ("chunked".equals(coding)) {
			return reader.chunks();
		}
		if (coding == null && last) {
			return reader.rest();
		}
		throw new IllegalArgumentException("a response without a length: " + headers);
	}

	@Override
	public String toString() {
		String shown = (this.body.length() > 60) ? this.body.substring(0, 60) + "..." : this.body;
		return this.status + (isLast() ? " (last)" : "") + " \"" + shown.replace("\r\n", "|") + "\"";
	}

	private static final class Reader {

		private final String text;

		private int at;

		Reader(String text) {
			this.text = text;
		}

		boolean isAtEnd() {
			return this.at == this.text.length();
		}

		boolean isAtEmptyLine() {
			boolean empty = this.text.startsWith("\r\n", this.at);
			this.at += empty ? 2 : 0;
			return empty;
		}

		Matcher line(Pattern pattern) {
			int end = this.text.indexOf("\r\n", this.at);
			String line = take(((end < 0) ? this.text.length() : end) - this.at);
			Matcher matcher = pattern.matcher(line);
			if (end < 0 || !matcher.matches()) {
				throw new IllegalArgumentException("not a line of a response: \"" + line + "\"");
			}
			this.at += 2;
			return matcher;
		}

		String take(int length) {
			if (this.text.length() - this.at < length) {
				throw new IllegalArgumentException("cut off: " + this.text.substring(this.at));
			}
			this.at += length;
			return this.text.substring(this.at - length, this.at);
		}

		/**
		 * A body that ends with the connection (RFC 9112, section 6.3, rule 8).
		 */
		String rest() {
			return take(this.text.length() - this.at);
		}

		String chunks() {
			StringBuilder body = new StringBuilder();
			int size;
			do {
				size = Integer.parseInt(line(Pattern.compile("[0-9A-Fa-f]{1,7}")).group(), 16);
				body.append(take(size));
				line(Pattern.compile(""));
			}
			while (size > 0);
			return body.toString();
		}

	}

}
