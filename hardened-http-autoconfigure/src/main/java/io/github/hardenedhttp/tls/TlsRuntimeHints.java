package io.github.hardenedhttp.tls;

import javax.net.ssl.SSLParameters;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * The method of later Javas that {@link JdkNamedGroups} calls, for native images.
 */
final class TlsRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerType(SSLParameters.class, (type) -> type.withMethod("setNamedGroups",
					TypeReference.listOf(String[].class), ExecutableMode.INVOKE));
	}

}
