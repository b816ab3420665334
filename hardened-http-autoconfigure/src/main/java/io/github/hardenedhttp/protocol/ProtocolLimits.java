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
 * <li>what the user has set with another property of Boot
 * ({@code server.undertow.max-*});</li>
 * <li>what this project says.</li>
 * </ol>
 * The size of the head (8 KB) and the number of parameters (1000) are Boot's own.
 *
 * @param headers how many header fields
 * @param cookies how many cookies
 * @param body how long a body
 */
record ProtocolLimits(int headers, int cookies, BodyLimit body) {

	private static final int COOKIES = 100;

	static ProtocolLimits of(ProtocolProperties own, ServerProperties.Undertow boot, Environment environment) {
		Map<String, String> options = boot.getOptions().getServer();
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
		return new ProtocolLimits(headers, cookies, new BodyLimit(body));
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
