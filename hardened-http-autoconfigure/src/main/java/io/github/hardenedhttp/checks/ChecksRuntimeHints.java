package io.github.hardenedhttp.checks;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Where {@link UndertowPart} finds the versions, for native images.
 */
final class ChecksRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (UndertowPart part : UndertowPart.values()) {
			hints.resources().registerPattern(part.resource());
			hints.reflection().registerTypeIfPresent(classLoader, part.type());
		}
	}

}
