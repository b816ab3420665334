package io.github.hardenedhttp.certificate.acme;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The file acme4j reads its own version from, for native images.
 */
final class AcmeRuntimeHints implements RuntimeHintsRegistrar {

	private static final String VERSION = "org/shredzone/acme4j/version.properties";

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPatternIfPresent(classLoader, VERSION, (hint) -> hint.includes(VERSION));
	}

}
