package io.github.hardenedhttp;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The files {@link KnownProperties} looks for, for native images.
 */
final class KnownPropertiesRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources()
			.registerPattern(KnownProperties.METADATA)
			.registerPattern(KnownProperties.classFile(KnownProperties.class));
	}

}
