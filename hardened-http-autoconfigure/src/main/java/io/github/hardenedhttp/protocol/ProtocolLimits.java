package io.github.hardenedhttp.protocol;

import java.util.Locale;
import java.util.Map;

import io.undertow.UndertowOptions;
import org.jspecify.annotations.Nullable;
import org.xnio.Option;

import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.core.env.Environment;

/**
 * How much of everything a request may have. In this order:
 * <ol>
 * <li>what the user has set as an option of Undertow
 * ({@code server.undertow.options.server.*});</li>
 * <li>what the user has set with another property of Boot ({@code server.undertow.max-*},
 * {@code server.max-http-request-header-size});</li>
 * <li>what this project says, or Undertow where it says nothing.</li>
 * </ol>
 * The size of the head (8 KB) and the number of parameters (1000) are Boot's own.
 *
 * @param head how many octets the names and values of the header fields, and an HTTP/1.1
 * head in all
 * @param headers how many header fields
 * @param cookies how many cookies
 * @param body how long a body
 * @param frame how many octets a frame of HTTP/2
 * @param headerTable how many octets the table by which HTTP/2 header fields are
 * compressed
 */
record ProtocolLimits(int head, int headers, int cookies, BodyLimit body, int frame, int headerTable) {

	private static final int COOKIES = 100;

	// RFC 9113, section 6.5.2.

	private static final int DEFAULT_FRAME = 16 * 1024;

	private static final int DEFAULT_HEADER_TABLE = 4 * 1024;

	static ProtocolLimits of(ProtocolProperties own, ServerProperties server, Environment environment) {
		ServerProperties.Undertow boot = server.getUndertow();
		Map<String, String> options = boot.getOptions().getServer();
		int head = option(options, UndertowOptions.MAX_HEADER_SIZE,
				(int) server.getMaxHttpRequestHeaderSize().toBytes());
		Integer headers = option(options, UndertowOptions.MAX_HEADERS);
		if (headers == null) {
			headers = environment.containsProperty("server.undertow.max-headers") ? boot.getMaxHeaders()
					: own.toMaxHeaders();
		}
		Integer cookies = option(options, UndertowOptions.MAX_COOKIES);
		if (cookies == null) {
			cookies = environment.containsProperty("server.undertow.max-cookies") ? boot.getMaxCookies() : COOKIES;
		}
		Long body = option(options, UndertowOptions.MAX_ENTITY_SIZE);
		if (body == null) {
			long bytes = boot.getMaxHttpPostSize().toBytes();
			body = (bytes > 0) ? bytes : UndertowOptions.DEFAULT_MAX_ENTITY_SIZE;
		}
		// Until a client has acknowledged the setting, the default holds for it.
		int frame = Math.max(DEFAULT_FRAME,
				option(options, UndertowOptions.HTTP2_SETTINGS_MAX_FRAME_SIZE, DEFAULT_FRAME));
		int headerTable = option(options, UndertowOptions.HTTP2_SETTINGS_HEADER_TABLE_SIZE, DEFAULT_HEADER_TABLE);
		return new ProtocolLimits(head, headers, cookies, new BodyLimit(body), frame, headerTable);
	}

	private static int option(Map<String, String> options, Option<Integer> option, int otherwise) {
		Integer set = option(options, option);
		return (set != null) ? set : otherwise;
	}

	private static <T> @Nullable T option(Map<String, String> options, Option<T> option) {
		for (Map.Entry<String, String> each : options.entrySet()) {
			if (letters(each.getKey()).equals(letters(option.getName()))) {
				return option.parseValue(each.getValue(), ProtocolLimits.class.getClassLoader());
			}
		}
		return null;
	}

	/**
	 * Boot takes the names of options in any spelling
	 * ({@code UndertowWebServerFactoryCustomizer}).
	 */
	private static String letters(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
