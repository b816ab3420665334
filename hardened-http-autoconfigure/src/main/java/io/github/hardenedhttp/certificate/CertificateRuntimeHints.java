package io.github.hardenedhttp.certificate;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The class by which Bouncy Castle is found, for native images.
 */
final class CertificateRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerTypeIfPresent(classLoader, CertificateAutoConfiguration.BOUNCY_CASTLE);
	}

}
